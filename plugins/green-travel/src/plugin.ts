import type { Activate } from '@tanhui/sdk/plugin';
import { evSessions } from './ev-sessions/sessions.ts';
import { gpsTrack } from './gps-track/track.ts';
import { metroTrips } from './metro-trips/trips.ts';
import { mobikeOrders } from './mobike-orders/orders.ts';
import { refusalTexts } from './refusals.ts';
import { shenzhenTaps } from './shenzhen-taps/taps.ts';
import { stepDays } from './step-days/steps.ts';

/** 绿色出行: six sources, nothing else. */
export const activate: Activate = ({ activities, refusals }) => {
  refusals.declare(refusalTexts);
  activities.registerSource(shenzhenTaps);
  activities.registerSource(mobikeOrders);
  activities.registerSource(gpsTrack);
  activities.registerSource(stepDays);
  activities.registerSource(metroTrips);
  activities.registerSource(evSessions);
};
