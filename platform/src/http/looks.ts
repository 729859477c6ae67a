import { accountDocuments } from '../identity/index.ts';
import type { Actor } from './route.ts';
import type { Services } from './services.ts';

/** Who looks, and why. */
export interface Look {
  readonly actor: Actor;
  readonly reason: string;
}

/**
 * 查看留痕: written before anything is shown. The person is who the account is bound to; a look at an account that nobody has bound is written
 * under the account.
 */
export async function writeLook(
  services: Pick<Services, 'store' | 'trail'>,
  { actor, reason }: Look,
  at: { readonly subject: string; readonly account: string },
): Promise<void> {
  await services.store.unitOfWork(async (tx) => {
    const account = await tx.get(accountDocuments, at.account);
    const person = account?.value.citizen;
    await services.trail.append(tx, {
      actor,
      action: 'person-looked-at',
      subject: at.subject,
      reason,
      ...(person !== undefined && { person }),
    });
  });
}
