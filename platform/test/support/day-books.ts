import type { ActivityDraft } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { AcceptanceCase, activityRefusals, DayBook, DayBookLine } from '../../src/activities/index.ts';
import { addLine, decide, evidenceIndex, modeIndex, openDayBook } from '../../src/activities/index.ts';
import { without } from '../../src/kernel/index.ts';
import { chargeBetween, rideBetween } from './drafts.ts';

export const minute = 60_000;
export const hour = 60 * minute;
/** 8:00 of a working day in UTC+8. */
export const eight = Date.parse('2026-11-20T08:00:00+08:00');
export const day = dayOf(eight);

export function ride(
  change: Partial<ActivityDraft> & { readonly from?: number; readonly to?: number } = {},
): ActivityDraft {
  const { from = eight, to = eight + 20 * minute, ...rest } = change;
  const own = { records: [0], account: 'a', sourceKey: `${String(from)}/${String(to)}` };
  return rideBetween({ from, to }, { ...own, ...rest });
}

export function tap(at: number, change: Partial<ActivityDraft> = {}): ActivityDraft {
  const rest = without(ride({ from: at, to: at }), 'startedAt', 'endedAt', 'distanceMeters');
  return { ...rest, mode: 'bus', evidence: 'default', occupies: { kind: 'point', at, group: 'travel' }, ...change };
}

export function steps(meters: number): ActivityDraft {
  return ride({ mode: 'walk', evidence: 'provider', occupies: { kind: 'none' }, distanceMeters: meters, steps: 1 });
}

export function charge(from: number, to: number): ActivityDraft {
  const own = { records: [0], account: 'a', sourceKey: `${String(from)}/${String(to)}` };
  return chargeBetween({ from, to }, own);
}

export const walk = (from: number, meters: number) =>
  ride({ mode: 'walk', from, to: from + 30 * minute, distanceMeters: meters });

export function book(key = 'own', on = day): DayBook {
  return openDayBook(key, on);
}

let sequence = 0;

/** Decides a draft against books and, where it is accepted, enters it as the intake does. */
export function take(draft: ActivityDraft, books: readonly DayBook[], change: Partial<AcceptanceCase> = {}) {
  const decision = decide({
    draft,
    day,
    now: eight + 12 * hour,
    keyDigest: draft.sourceKey,
    books,
    beside: [],
    isDayClosed: false,
    standing: 'good',
    isClaimedElsewhere: false,
    isGlobalKeyTaken: false,
    ...change,
  });
  if (decision.kind === 'duplicate') return decision;
  if (decision.kind === 'accepted') {
    for (const gone of decision.displaces) {
      const at = gone.book.lines.indexOf(gone.line);
      gone.book.lines[at] = { ...gone.line, s: 'v' };
    }
  }
  const states = { accepted: 'a', refused: 'r', held: 'h' } as const;
  const [own] = books;
  if (own !== undefined) addLine(own, lineOf(draft, states[decision.kind]));
  return decision;
}

export function lineOf(draft: ActivityDraft, state: DayBookLine['s']): DayBookLine {
  const { occupies } = draft;
  sequence += 1;
  return {
    a: sequence,
    m: modeIndex(draft.mode),
    e: evidenceIndex(draft),
    k: draft.sourceKey,
    s: state,
    r: sequence,
    ...(occupies.kind === 'interval' && { f: occupies.from, t: occupies.to }),
    ...(occupies.kind === 'point' && { f: occupies.at, t: occupies.at }),
    ...(draft.distanceMeters !== undefined && { d: draft.distanceMeters }),
  };
}

export const refused = (code: keyof typeof activityRefusals) => ({ kind: 'refused', code });
