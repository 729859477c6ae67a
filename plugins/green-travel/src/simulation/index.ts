export { simulateDay } from './metro-day.ts';
export type { MetroDayOptions, SimulatedMetroTrip } from './metro-day.ts';
export {
  simulateBikeOrders,
  simulateChargingSessions,
  simulatedChargingMapping,
  simulateStepDays,
} from './other-days.ts';
export type { OtherDayOptions } from './other-days.ts';
