import { addDays, dayOf } from '@tanhui/sdk/model';

/** A finished metro trip of yesterday, as a partner sends it; each number is another person's. */
export function metroTrip(number: number): Readonly<Record<string, string>> {
  const day = addDays(dayOf(Date.now()), -1);
  return {
    account: `TEST-${String(number)}`,
    trip_id: `TEST-T${String(number)}`,
    network: 'qingdao-2025-01',
    from: '五四广场',
    to: '青岛北站',
    entered_at: `${day}T08:00:00+08:00`,
    left_at: `${day}T08:32:00+08:00`,
  };
}
