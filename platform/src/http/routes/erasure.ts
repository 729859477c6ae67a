import type { ErasureView } from '@tanhui/sdk/client';
import { z } from 'zod';
import { identityRefusals } from '../../identity/index.ts';
import { beginErasure, finishErasure, forgetAppeals } from '../../intake/index.ts';
import { refuser } from '../../kernel/index.ts';
import { forgetRedemptions, isBeingPaid } from '../../rewards/index.ts';
import { walletBindings } from '../../wallets/index.ts';
import { citizens } from '../parameters.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const refuse = refuser(identityRefusals);

/** 抹除: everything of a person is taken away, once and for good. */
export function erasureRoutes(services: Services): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/me/erasure',
      summary:
        'Erases the person: trips, accounts, consents, wallet binding; what is sealed stays and opens for nobody',
      roles: citizens,
      isIdempotent: true,
      body: z.strictObject({ confirm: z.literal(true) }),
      handle: ({ actor }) => erase(services, actor),
    }),
  ];
}

/** One unit of work makes it final; taking the trips away follows at once and is gone on with after a crash. */
async function erase(services: Services, actor: Actor): Promise<ErasureView> {
  const citizen = actor.subject;
  const programmes = services.catalogue.programmes.map(({ programme }) => programme);
  const erasure = await services.store.unitOfWork(async (tx) => {
    if (await isBeingPaid(tx, citizen)) throw refuse('IDENTITY_ERASURE_PAYMENT_OPEN');
    await forgetRedemptions(tx, citizen);
    await forgetAppeals(tx, citizen);
    await tx.removeMany(walletBindings, [citizen]);
    const key = await beginErasure(tx, services.intake, { citizen, programmes });
    await services.trail.append(tx, { actor, action: 'person-erased', subject: citizen });
    return key;
  });
  const { erasedRecords, erasedAccounts, requestedAt } = await finishErasure(services.intake, erasure);
  return { erasedRecords, erasedAccounts, erasedAt: requestedAt };
}
