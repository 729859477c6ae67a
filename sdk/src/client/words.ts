export type { BatchHeader, Day, DifferenceKind, EvidenceClass, Instant, Mode, Receipt } from '../model/index.ts';

/** Text in both languages of the faces. */
export interface LocalText {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** Records by what became of them: `read = used + duplicate + refused + open`, always. */
export interface RecordCounts {
  readonly read: number;
  readonly used: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly open: number;
}
