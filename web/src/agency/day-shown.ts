import type { Day } from '@tanhui/sdk/model';
import { api } from '../shared/api.ts';

/** The day that an address names, otherwise the newest with trips: a payment alone makes a day too. Where no day has any, the newest that has anything, otherwise today. */
export async function dayShown(named: string | undefined): Promise<Day> {
  if (named !== undefined && named !== '') return named as Day;
  const { items } = await api.audit.days();
  const withTrips = items.find(({ accepted }) => accepted > 0);
  return (withTrips ?? items[0])?.day ?? todayOr(undefined);
}

/** The day that an address names, otherwise today: money moves also on days without trips. */
export async function todayOr(named: string | undefined): Promise<Day> {
  if (named !== undefined && named !== '') return named as Day;
  return (await api.programme()).today;
}
