export type { BatchHeader, Day, DifferenceKind, EvidenceClass, Instant, Mode, Receipt } from '../model/index.ts';

/** Text in both languages of the faces. */
export interface LocalText {
  readonly 'zh-CN': string;
  readonly en: string;
}
