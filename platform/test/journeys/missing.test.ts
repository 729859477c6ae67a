import type { Problem } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role, Route } from '../../src/http/index.ts';
import { citizenDocuments } from '../../src/identity/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { everyRole, tokensOf } from '../support/roles.ts';

let city: City;
let tokens: Readonly<Record<Role, string>>;

beforeAll(async () => {
  city = await openCity();
  tokens = await tokensOf(city);
  const person = { name: 'A person', programme: 'qingdao-demo', isSimulated: true, createdAt: 0, accounts: [] };
  await city.platform.services.store.unitOfWork((tx) =>
    tx.insertMany(citizenDocuments, [{ key: 'ctz_sim-lan', value: person }]),
  );
});
afterAll(() => city.close());

/** Ids as they are made, of things that nobody has made. */
const neverMade: Readonly<Record<string, string>> = {
  activity: 'act_qingdao-demo_20200102_000000001',
  batch: 'bat_never',
  methodology: 'nobody.has@1',
  number: '999999',
  payment: 'pay_never',
  record: 'rec_qingdao-demo_20200102_000000001',
  redemption: 'rdm_never',
  report: 'rcn_never',
  run: 'run_never',
  settlement: 'stl_never',
  appeal: 'apl_never',
};

async function ask(path: string, role: Role): Promise<Problem> {
  const response = await fetch(city.url + path, {
    headers: { authorization: `Bearer ${tokens[role]}`, 'tanhui-reason': 'a%20test', 'accept-language': 'en' },
  });
  return (await response.json()) as Problem;
}

/** Days are always there: an empty one is a day without records. */
function namesOneThing({ method, path }: Route): boolean {
  return method === 'get' && path.includes('/:') && !path.includes('/:day');
}

/** Said here route by route and on purpose: a route that comes anew has to say what it answers. */
const answered: Readonly<Record<string, string>> = {
  '/v1/runs/:run': 'INTAKE_RUN_UNKNOWN',
  '/v1/runs/:run/refusals': 'INTAKE_RUN_UNKNOWN',
  '/v1/runs/:run/report': 'INTAKE_RUN_UNKNOWN',
  '/v1/me/trips/:activity': 'ACTIVITIES_TRIP_UNKNOWN',
  '/v1/me/records/:record': 'CARBON_RECORD_UNKNOWN',
  '/v1/me/records/:record/receipt': 'CARBON_RECORD_UNKNOWN',
  '/v1/appeals/:appeal': 'INTAKE_APPEAL_UNKNOWN',
  '/v1/audit/batches/:batch': 'CARBON_BATCH_UNKNOWN',
  '/v1/audit/batches/:batch/leaves': 'CARBON_BATCH_UNKNOWN',
  '/v1/audit/blocks/:number': 'LEDGER_BLOCK_UNKNOWN',
  '/v1/audit/records/:record/recomputation': 'CARBON_RECORD_UNKNOWN',
  '/v1/me/redemptions/:redemption': 'REWARDS_REDEMPTION_UNKNOWN',
  '/v1/me/redemptions/:redemption/receipt': 'REWARDS_REDEMPTION_UNKNOWN',
  '/v1/methodologies/:methodology': 'METHODOLOGIES_UNKNOWN',
  '/v1/payments/:payment': 'WALLETS_PAYMENT_UNKNOWN',
  '/v1/audit/settlements/:settlement': 'REWARDS_SETTLEMENT_UNKNOWN',
  '/v1/audit/settlements/:settlement/leaves': 'REWARDS_SETTLEMENT_UNKNOWN',
  '/v1/audit/reconciliations/:report': 'REWARDS_RECONCILIATION_UNKNOWN',
  '/v1/audit/reconciliations/:report/differences': 'REWARDS_RECONCILIATION_UNKNOWN',
};

describe('what is asked for by its id and is not there', () => {
  it('is answered with a code of its own, route by route, and never as an address that nobody serves', async () => {
    const codes: Record<string, string> = {};
    for (const { path, roles } of city.platform.routes.filter((route) => namesOneThing(route))) {
      const asked = path.replaceAll(/:(\w+)/g, (_, name: string) => neverMade[name] ?? `say above what ${name} is`);
      const role = everyRole.findLast((one) => roles.includes(one)) ?? 'operator';
      const { status, code } = await ask(asked, role);
      expect(status, path).toBe(404);
      codes[path] = code;
    }
    expect(codes).toEqual(answered);
  });

  it('is named, where an auditor asks for it, with where to find what is there', async () => {
    expect(await ask('/v1/audit/batches/bat_never', 'agency')).toMatchObject({
      detail: 'There is no batch bat_never',
      next: 'Open the batch from the list of a day’s batches',
    });
    expect((await ask('/v1/audit/blocks/999999', 'agency')).detail).toBe('The ledger has no block 999999');
  });
});
