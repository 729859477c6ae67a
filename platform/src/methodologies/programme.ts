import type { Day, Mode } from '@tanhui/sdk/model';
import type { LocalisedText } from './methodology.ts';

/** A line of the table by which an operator chooses: which methodology for which modes from which day on. */
export interface SelectionLine {
  readonly modes: readonly Mode[];
  readonly methodology: string;
  readonly from: Day;
  readonly to?: Day;
  /** Counts trips from before the methodology was in force; pilots only, and printed on every record. */
  readonly isRetrospective?: boolean;
}

/** 碳普惠项目: a city's scheme. */
export interface Programme {
  readonly programme: string;
  readonly name: LocalisedText;
  /** GB/T 2260. */
  readonly region: string;
  readonly regime: 'ecny' | 'points' | 'no-money';
  readonly isPilot: boolean;
  readonly isDemonstration: boolean;
  /** Its people and trips are made up. */
  readonly isSimulated?: boolean;
  /** 计入窗口: days before a binding whose trips are credited with it. */
  readonly creditedDaysBeforeBinding?: number;
  readonly selection: readonly SelectionLine[];
}
