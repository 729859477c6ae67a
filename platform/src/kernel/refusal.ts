import type { RefusalKind } from '@tanhui/sdk/model';
import { fen, yuanText } from '@tanhui/sdk/model';

/**
 * Text of a refusal in both languages: what is wrong and what to do next. `{name}` is the place of the detail of that name; one whose name ends in `Fen`
 * reads as money.
 */
export interface RefusalText {
  readonly kind: RefusalKind;
  readonly 'zh-CN': string;
  readonly en: string;
  readonly next: { readonly 'zh-CN': string; readonly en: string };
}

/** A module's closed list of codes; the door and the documentation read it, so a code without a text does not compile. */
export type RefusalTable<Code extends string = string> = Readonly<Record<Code, RefusalText>>;

export interface RefusalDetails {
  readonly line?: number;
  readonly field?: string;
  readonly [name: string]: string | number | boolean | undefined;
}

/** 拒绝: a coded answer to the caller. Details are safe to show; the cause never is. */
export class Refusal extends Error {
  readonly code: string;
  readonly kind: RefusalKind;
  readonly details: RefusalDetails;

  constructor(code: string, kind: RefusalKind, options: { details?: RefusalDetails; cause?: unknown } = {}) {
    super(code, { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** A text of a refusal with its places filled; a place without a detail stays as it is. */
export function filledText(text: string, details: RefusalDetails): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const detail = details[name];
    if (detail === undefined) return place;
    return name.endsWith('Fen') ? moneyText(String(detail)) : String(detail);
  });
}

function moneyText(amountFen: string): string {
  return `¥${yuanText(fen(amountFen)).replace(/\B(?=(\d{3})+[.])/g, ',')}`;
}

/** A thrower for one module's table: an unknown code does not compile. */
export function refuser<Code extends string>(table: RefusalTable<Code>) {
  return (code: Code, details: RefusalDetails = {}, cause?: unknown): Refusal =>
    new Refusal(code, table[code].kind, { details, cause });
}
