import { hash } from 'node:crypto';
import type { Instant } from '@tanhui/sdk/model';
import type { Random } from '../kernel/index.ts';
import type { Collection, Reader, Stored, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';

/** 授权 of one person for one account of one source: which text, when, and until when. Never deleted while the person is here; a withdrawal ends it. */
export interface ConsentDocument {
  readonly citizen: string;
  readonly source: string;
  readonly account: string;
  readonly textVersion: string;
  /** SHA-256 of the text in both languages, hex: what was agreed to, to the letter. */
  readonly textDigest: string;
  readonly grantedAt: Instant;
  readonly withdrawnAt?: Instant;
}

export const consents: Collection<ConsentDocument> = {
  name: 'consents',
  keys: 'time-led',
  indexes: [
    {
      name: 'by_citizen',
      fields: ['citizen', 'grantedAt'],
      exception: 'a person’s consents are few, and that person reads them newest first',
    },
  ],
};

/** The text that a person agrees to when an account is bound. A change is a new version; earlier consents keep theirs. */
export const consentText = {
  version: '2026-11',
  'zh-CN':
    '我同意平台从该来源读取此账户的出行记录，用于核算减排量并计入我的碳账户；绑定前的记录在项目规定的天数内一并计入，与我其他账户的行程重叠时只计证据更强的一段。' +
    '我可以随时解绑：已计入的减排量和行程保留，此后的记录不再接收。我可以随时导出或删除全部数据；删除后不可恢复，也不能再次导入。',
  en:
    'I agree that the platform reads the trips of this account from the source, works out their reduction and credits it to my carbon account; trips from before ' +
    'the binding count within the days that the programme sets, and where trips of my accounts overlap only the one with the stronger evidence counts. ' +
    'I can unbind at any time: what was credited stays mine and later records are not taken. I can export or erase everything at any time; an erasure cannot be undone, ' +
    'and erased trips cannot be imported again.',
} as const;

export function consentDigest(): string {
  return hash('sha256', JSON.stringify(consentText), 'hex');
}

export async function grantConsent(
  tx: Transaction,
  random: Random,
  consent: { readonly citizen: string; readonly source: string; readonly account: string; readonly at: Instant },
): Promise<void> {
  const { at, ...whose } = consent;
  const key = `con_${at.toString(36).padStart(9, '0')}_${Buffer.from(random.bytes(8)).toString('hex')}`;
  const value = { ...whose, textVersion: consentText.version, textDigest: consentDigest(), grantedAt: at };
  await tx.insertMany(consents, [{ key, value }]);
}

/** Ends every running consent of a person for one account. */
export async function withdrawConsents(
  tx: Transaction,
  withdrawal: { readonly citizen: string; readonly account: string; readonly at: Instant },
): Promise<void> {
  const own = await consentsOf(tx, withdrawal.citizen);
  const running = own.filter(({ value }) => value.account === withdrawal.account && value.withdrawnAt === undefined);
  await tx.replaceMany(
    consents,
    running.map((stored) => ({ ...stored, value: { ...stored.value, withdrawnAt: withdrawal.at } })),
  );
}

/** A person's consents, newest first. */
export function consentsOf(reader: Reader, citizen: string): Promise<readonly Stored<ConsentDocument>[]> {
  return everyOf(reader, consents, { index: 'by_citizen', prefix: [citizen], order: 'descending' });
}
