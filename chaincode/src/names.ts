/** Codes that a refusal of the contract begins with; the platform reads them, so they are never reused. */
export const codes = [
  'FORBIDDEN',
  'ARGUMENT_INVALID',
  'METHODOLOGY_EXISTS',
  'METHODOLOGY_UNKNOWN',
  'METHODOLOGY_NOT_IN_FORCE',
  'BATCH_EXISTS',
  'BATCH_UNKNOWN',
  'LEAVES_INVALID',
  'HEADER_MISMATCH',
  'DAY_CLOSED',
  'DAY_NOT_OVER',
  'DAY_UNKNOWN',
  'SETTLEMENT_EXISTS',
  'SETTLEMENT_UNKNOWN',
] as const;
export type Code = (typeof codes)[number];

export const events = {
  batchSealed: 'BatchSealed',
  dayClosed: 'DayClosed',
  settlementsSealed: 'SettlementsSealed',
} as const;

/** Attribute of a client certificate that carries its role. */
export const roleAttribute = 'tanhui.role';
export const transientLeaves = 'leaves';
export const transientSettlements = 'settlements';

/** A refusal reaches the client as `CODE: text`. */
export class ContractRefusal extends Error {
  public constructor(code: Code, text: string) {
    super(`${code}: ${text}`);
    this.name = 'ContractRefusal';
  }
}

export function ensure(condition: boolean, code: Code, text: string): asserts condition {
  if (!condition) throw new ContractRefusal(code, text);
}
