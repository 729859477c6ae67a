import type { Role } from '../../src/http/index.ts';
import type { City } from './city.ts';

export const everyRole: readonly Role[] = ['citizen', 'partner', 'agency', 'operator'];

/** A token for each role: demo identities, and a partner's credential for what the demo has no identity for. */
export async function tokensOf(city: City): Promise<Readonly<Record<Role, string>>> {
  const operator = await city.tokenOf('operator-demo');
  const asked = { role: 'partner' as const, subject: 'test-partner', label: 'of a test' };
  const { secret } = await city.clientOf(operator).access.issue(asked, 'a-partner-of-tests');
  return {
    citizen: await city.tokenOf('ctz_sim-lan'),
    partner: (await city.clientOf(secret).access.token()).token,
    agency: await city.tokenOf('agency-demo'),
    operator,
  };
}
