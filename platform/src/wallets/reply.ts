import type { Outcome, QueryAnswer, RejectionCode } from './gateway.ts';
import { rejectionCodes } from './gateway.ts';

/**
 * What a gateway's reply may be believed to say. Settled needs a reference and an instant, rejected a documented final code; whatever else came, or was
 * thrown, leaves the outcome unknown. This is the one place where a reply becomes an answer.
 */
export async function answerOf(call: () => Promise<unknown>): Promise<QueryAnswer> {
  try {
    return readAnswer(await call());
  } catch (failure) {
    return { kind: 'unknown', reason: `CALL_FAILED: ${failure instanceof Error ? failure.message : 'no reason'}` };
  }
}

function readAnswer(reply: unknown): QueryAnswer {
  if (typeof reply !== 'object' || reply === null) return unreadable;
  const fields = reply as Readonly<Record<string, unknown>>;
  switch (fields['kind']) {
    case 'settled':
      return settled(fields);
    case 'rejected':
      return rejected(fields);
    case 'not-found':
      return { kind: 'not-found', isFinal: fields['isFinal'] === true };
    case 'unknown':
      return { kind: 'unknown', reason: typeof fields['reason'] === 'string' ? fields['reason'] : 'NO_REASON' };
    default:
      return unreadable;
  }
}

const unreadable: Outcome = { kind: 'unknown', reason: 'UNREADABLE_REPLY' };

function settled({ bankReference, settledAt }: Readonly<Record<string, unknown>>): Outcome {
  const isReadable =
    typeof bankReference === 'string' &&
    bankReference !== '' &&
    Number.isSafeInteger(settledAt) &&
    Number(settledAt) > 0;
  return isReadable ? { kind: 'settled', bankReference, settledAt: Number(settledAt) } : unreadable;
}

function rejected({ code, detail }: Readonly<Record<string, unknown>>): Outcome {
  if (!rejectionCodes.includes(code as RejectionCode))
    return { kind: 'unknown', reason: `UNDOCUMENTED_CODE: ${typeof code === 'string' ? code : 'none'}` };
  return { kind: 'rejected', code: code as RejectionCode, detail: typeof detail === 'string' ? detail : '' };
}
