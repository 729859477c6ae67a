import type { ActivityDraft, SourceRefusal } from '@tanhui/sdk/model';
import type { OpenJourney } from '@tanhui/sdk/plugin';

/** What a call answers, while it is being put together. */
export interface Workings {
  readonly activities: ActivityDraft[];
  readonly refusals: SourceRefusal[];
  readonly contextRecords: number[];
  readonly open: Record<string, OpenJourney>;
}

export function noWorkings(): Workings {
  return { activities: [], refusals: [], contextRecords: [], open: {} };
}
