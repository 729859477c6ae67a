import type { BindingView, CitizenView, ConsentView, LocalText, UnbindingView } from '@tanhui/sdk/client';
import { z } from 'zod';
import type { ConsentDocument } from '../../identity/index.ts';
import { citizenOf, consentDigest, consentsOf, consentText, unbindAccount } from '../../identity/index.ts';
import type { BindingResult } from '../../intake/index.ts';
import { bindAndCredit } from '../../intake/index.ts';
import type { Stored } from '../../storage/index.ts';
import { citizens } from '../parameters.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { meView } from './citizen.ts';

/** Days before a binding that are credited with it, where a programme's table does not say otherwise. */
const windowDaysOtherwise = 90;

const toldAtUnbinding: LocalText = {
  'zh-CN':
    '已解绑。此前计入的减排量和行程保留在您的账户；该账户此后的记录不再接收。他人绑定同一账户时从新的账期开始，看不到您的行程。',
  en:
    'Unbound. What was credited before, and its trips, stay in your account; later records of this account are not taken. ' +
    'Somebody else who binds the same account begins anew and sees none of your trips.',
};

/** 授权: what is agreed to, binding and unbinding of accounts. */
export function consentRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me/sources',
      summary: 'Sources whose accounts can be bound',
      roles: citizens,
      handle: () =>
        Promise.resolve({
          items: services.plugins.sources().map(({ source }) => ({
            source: source.id,
            name: source.title,
            accountLabel: { 'zh-CN': '账户或卡号', en: 'Account or card' },
          })),
        }),
    }),
    route({
      method: 'get',
      path: '/v1/me/consent-text',
      summary: 'The text that a binding agrees to, with its version',
      roles: citizens,
      handle: () => {
        const { version, ...text } = consentText;
        return Promise.resolve({ version, digest: consentDigest(), text });
      },
    }),
    route({
      method: 'get',
      path: '/v1/me/consents',
      summary: 'Consents 授权 that were given, newest first, withdrawn ones too',
      roles: citizens,
      handle: async ({ actor }) => {
        await citizenOf(services.store, actor.subject);
        return { items: (await consentsOf(services.store, actor.subject)).map(consentView) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/me/consents/:source',
      summary: 'Withdraws the consent for a source: every account of it is unbound',
      roles: citizens,
      handle: ({ actor, params }) =>
        unbind(services, actor.subject, (bound) => bound.source === (params['source'] ?? '')),
    }),
    ...bindingRoutes(services),
  ];
}

function bindingRoutes(services: Services): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/me/accounts',
      summary:
        'Binds an account 绑定: consent by the version of its text, earlier trips within the window, overlap over all accounts',
      roles: citizens,
      body: z.strictObject({
        source: z.string().max(64),
        account: z.string().trim().min(1).max(64),
        consent: z.string().max(32),
      }),
      handle: async ({ actor, body }): Promise<CitizenView & { readonly binding: BindingView }> => {
        const { source } = services.plugins.source(body.source);
        const { consent, account: name } = body;
        const result = await bind(services, { citizen: actor.subject, source: source.id, name, consent });
        return { ...(await meView(services, await citizenOf(services.store, actor.subject))), binding: viewOf(result) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/me/accounts/:account',
      summary: 'Unbinds an account 解绑: what was credited stays, later records are refused',
      roles: citizens,
      handle: ({ actor, params }) =>
        unbind(services, actor.subject, (bound) => bound.account === (params['account'] ?? '')),
    }),
  ];
}

/** Binds an account with the programme's window; the consent's text is the running one where the caller stands for the person (the demo). */
export async function bind(
  services: Services,
  request: { readonly citizen: string; readonly source: string; readonly name: string; readonly consent?: string },
): Promise<BindingResult> {
  const { value: person } = await citizenOf(services.store, request.citizen);
  const programme = services.catalogue.programme(person.programme);
  return bindAndCredit(services.intake, {
    ...request,
    consent: request.consent ?? consentText.version,
    windowDays: programme?.creditedDaysBeforeBinding ?? windowDaysOtherwise,
  });
}

function viewOf(result: BindingResult): BindingView {
  const { account, isNew, creditedMilligrams, creditedTrips, reversedTrips } = result;
  return { account, isNew, creditedMilligrams: String(creditedMilligrams), creditedTrips, reversedTrips };
}

/** Unbinds what fits; with nothing to unbind it is refused as unbinding something that is not bound. */
async function unbind(
  services: Services,
  citizen: string,
  fits: (bound: { readonly account: string; readonly source: string }) => boolean,
): Promise<CitizenView & { readonly unbinding: UnbindingView }> {
  const at = services.clock.now();
  const accounts = await services.store.unitOfWork(async (tx) => {
    const { value } = await citizenOf(tx, citizen);
    const found = value.accounts.filter((bound) => bound.unboundAt === undefined && fits(bound));
    const asked = found.length === 0 ? [''] : found.map(({ account }) => account);
    for (const account of asked) await unbindAccount(tx, { citizen, account, at });
    return asked;
  });
  const view = await meView(services, await citizenOf(services.store, citizen));
  return {
    ...view,
    unbinding: { accounts, keptMilligrams: view.balanceMilligrams, laterRecords: 'refused', text: toldAtUnbinding },
  };
}

function consentView({ key, value }: Stored<ConsentDocument>): ConsentView {
  const { source, account, textVersion, textDigest, grantedAt, withdrawnAt } = value;
  return {
    ...{ consent: key, source, account, textVersion, textDigest, grantedAt },
    ...(withdrawnAt !== undefined && { withdrawnAt }),
  };
}
