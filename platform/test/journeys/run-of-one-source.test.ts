import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJourneys, takeBatch } from '../../src/intake/index.ts';
import type { TestServer } from '../support/server.ts';
import { metroTrip, startServer } from '../support/server.ts';
import { everything } from '../support/standing.ts';

const yesterday = addDays(dayOf(Date.parse('2026-11-24T12:00:00+08:00')), -1);
const exit = {
  ...{ card_no: 'CARD-1', deal_date: `${yesterday} 08:30:00`, deal_type: '地铁出站', deal_value: '400' },
  ...{ equ_no: '1', station: '车公庙', car_no: 'AG-1', company_name: '地铁一号线' },
};

describe('a run of one source', () => {
  let server: TestServer;
  let run: string;
  const post = async (source: string, records: readonly object[], query = '') =>
    server.operator(`/v1/sources/${source}/records?run=${run}${query}`, records);

  beforeAll(async () => {
    server = await startServer();
    const opened = await server.operator('/v1/runs', { source: 'metro-trips', programme: 'qingdao-demo' });
    run = (opened.body as { readonly run: string }).run;
    expect((await post('metro-trips', [metroTrip('card-1', { day: yesterday, clock: '08:00' })])).status).toBe(200);
  });
  afterAll(() => server.stop());

  it('refuses the records of another source, so that its undo leaves nothing of it waiting', async () => {
    expect(await post('shenzhen-taps', [exit])).toMatchObject({
      status: 409,
      body: {
        code: 'INTAKE_RUN_OF_ANOTHER_SOURCE',
        detail: '这次导入只收数据源 metro-trips 的记录',
        field: 'source',
      },
    });
    await server.operator(`/v1/runs/${run}/finish`, {});
    await server.operator(`/v1/runs/${run}/reversal`, { reason: 'of a test' });
    expect(await everything(server.platform.services.store, openJourneys)).toEqual([]);
    expect((await server.operator(`/v1/runs/${run}`)).body).toMatchObject({ counts: { records: { read: 1 } } });
  });

  it('refuses another programme than its own, and needs none to be named', async () => {
    const records = [metroTrip('card-2', { day: yesterday, clock: '09:00' })];
    expect(await post('metro-trips', records, '&programme=shenzhen-demo')).toMatchObject({
      status: 409,
      body: { code: 'INTAKE_RUN_OF_ANOTHER_PROGRAMME', field: 'programme' },
    });
  });

  it('holds at the unit of work too, whoever hands it in', async () => {
    const opened = await server.operator('/v1/runs', { source: 'metro-trips', programme: 'qingdao-demo' });
    const scope = {
      ...{ run: (opened.body as { readonly run: string }).run, settings: {} },
      ...{ source: 'shenzhen-taps', programme: 'qingdao-demo' },
    };
    const records = [{ line: 1, fields: exit }];
    await expect(takeBatch(server.platform.services.intake, { scope, records })).rejects.toMatchObject({
      code: 'INTAKE_RUN_OF_ANOTHER_SOURCE',
    });
  });
});
