import { Readable } from 'node:stream';
import type { Day } from '@tanhui/sdk/model';
import { citizenOf, consentsOf } from '../../identity/index.ts';
import { carbonRecords, programmeDays } from '../../carbon/index.ts';
import { without } from '../../kernel/index.ts';
import { redemptions } from '../../rewards/index.ts';
import type { Reader } from '../../storage/index.ts';
import { pagesOf } from '../../storage/index.ts';
import { citizens } from '../parameters.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import type { Person } from '../trips.ts';
import { tripsOfDays } from '../trips.ts';
import { meView } from './citizen.ts';

const daysAPage = 31;

/** 导出: everything about the person as one JSON file, streamed day by day, however much it is. */
export function exportRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me/export',
      summary: 'Everything about the person as one JSON file: trips with their records, consents, redemptions',
      roles: citizens,
      handle: async ({ actor }) => {
        const person = await citizenOf(services.store, actor.subject);
        return {
          file: Readable.from(exported(services, person)),
          type: 'application/json',
          name: `tanhui-${person.key}.json`,
        };
      },
    }),
  ];
}

async function* exported(services: Services, person: Person): AsyncGenerator<string> {
  const head = {
    format: 'tanhui-export-v1',
    exportedAt: services.clock.now(),
    programme: person.value.programme,
    citizen: await meView(services, person),
    consents: (await consentsOf(services.store, person.key)).map(({ key, value }) => ({ consent: key, ...value })),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"redemptions":[`;
  yield* listed(redemptionsOf(services.store, person.key));
  yield '],"trips":[';
  yield* listed(tripsOf(services, person));
  yield ']}\n';
}

async function* listed(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = '\n';
  for await (const item of items) {
    yield before + JSON.stringify(item);
    before = ',\n';
  }
}

async function* redemptionsOf(reader: Reader, citizen: string): AsyncGenerator {
  for await (const page of pagesOf(reader, redemptions, { index: 'by_citizen', prefix: [citizen] }))
    for (const { key, value } of page) yield { redemption: key, ...value };
}

/** Every trip with the record that stands for it, oldest day first. */
async function* tripsOf(services: Services, person: Person): AsyncGenerator {
  const { programme } = person.value;
  const query = { index: 'by_programme', prefix: [programme], limit: daysAPage };
  for await (const page of pagesOf(services.store, programmeDays, query)) {
    const trips = await tripsOfDays(
      services,
      person,
      page.map(({ value }) => value.day as Day),
    );
    const keys = trips.flatMap(({ record }) => (record === undefined ? [] : [record]));
    const records = await services.store.getMany(carbonRecords, keys);
    for (const trip of trips) {
      const record = records.get(trip.record ?? '');
      yield record === undefined ? trip : { ...trip, carbonRecord: without(record.value, 'account') };
    }
  }
}
