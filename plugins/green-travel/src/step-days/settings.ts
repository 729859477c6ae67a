import { SettingsError } from '@tanhui/sdk/plugin';
import type { JsonValue } from '@tanhui/sdk/plugin';

/** How a file of daily steps is read. */
export interface StepSettings {
  /** Column with the device's own kilometres; without it metres come from the steps. */
  readonly distanceColumn?: string;
  /** 每日步数上限: steps beyond it earn nothing. */
  readonly creditedStepsPerDay: number;
}

const defaultCreditedSteps = 30_000;
const maxCreditedSteps = 100_000;

export function parseStepSettings(raw: JsonValue): StepSettings {
  const given = raw ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw new SettingsError('', 'is an object');
  const { distanceColumn, creditedStepsPerDay = defaultCreditedSteps } = given as Readonly<Record<string, JsonValue>>;
  if (distanceColumn !== undefined && (typeof distanceColumn !== 'string' || distanceColumn === ''))
    throw new SettingsError('distanceColumn', 'names a column');
  if (!isWholeStepCount(creditedStepsPerDay))
    throw new SettingsError('creditedStepsPerDay', `is a whole number from 1 to ${String(maxCreditedSteps)}`);
  return { creditedStepsPerDay, ...(distanceColumn !== undefined && { distanceColumn }) };
}

function isWholeStepCount(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxCreditedSteps;
}
