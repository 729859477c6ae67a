import { refuser } from '../kernel/index.ts';
import type { Methodology } from './methodology.ts';
import type { Programme } from './programme.ts';
import { methodologyRefusals } from './refusals.ts';

const refuse = refuser(methodologyRefusals);

/** The programme of the simulated city. */
const demonstrationCity = 'qingdao-demo';

/** What decides which programmes of the table an installation has; every setting of the same name. */
export interface Offering {
  readonly mode: 'demo' | 'production';
  /** The programme of whoever names none, as an operator has set it. */
  readonly programme?: string | undefined;
}

/** Why production has a programme of the table not: one code for each reason. */
export type Withheld = 'METHODOLOGIES_DEMONSTRATION_ONLY' | 'METHODOLOGIES_PILOT_ONLY';

/**
 * Production counts under a methodology that was in force and that somebody published. A pilot may count trips from before, and demonstration factors are
 * nobody's: both stay what a demo shows.
 */
export function withheldFor(
  offering: Offering,
  { isPilot, isDemonstration, selection }: Programme,
  known: ReadonlyMap<string, Methodology>,
): Withheld | undefined {
  if (offering.mode === 'demo') return undefined;
  const mayCount = selection.every(({ methodology }) => {
    const found = known.get(methodology);
    return found !== undefined && mayCountUnder(offering, found);
  });
  if (isDemonstration || !mayCount) return 'METHODOLOGIES_DEMONSTRATION_ONLY';
  return isPilot ? 'METHODOLOGIES_PILOT_ONLY' : undefined;
}

/** Whether a methodology is one that trips are counted under here. */
export function mayCountUnder({ mode }: Offering, { file }: Methodology): boolean {
  return mode === 'demo' || !file.isDemonstration;
}

/** A programme that is here; undefined where the table has none of this name. Refuses one that production does not have, with the reason. */
export function offeredProgramme(
  id: string,
  offered: ReadonlyMap<string, Programme>,
  withheld: ReadonlyMap<string, Withheld>,
): Programme | undefined {
  const reason = withheld.get(id);
  if (reason !== undefined) throw refuse(reason, { programme: id });
  return offered.get(id);
}

/**
 * 本市项目: the one that is meant where nobody names one: as it is set; else the simulated city in a demo, and in production the only one that there is.
 * Refuses a setting that names none of ours, a choice that only an operator can make, and a production that has no programme yet.
 */
export function ownProgramme(
  { mode, programme }: Offering,
  offered: ReadonlyMap<string, Programme>,
  withheld: ReadonlyMap<string, Withheld>,
): Programme {
  if (programme !== undefined || mode === 'demo')
    return namedProgramme(programme ?? demonstrationCity, offered, withheld);
  const [only, ...others] = offered.values();
  if (only === undefined) throw refuse('METHODOLOGIES_NO_PROGRAMME', { field: 'TANHUI_CITY' });
  if (others.length === 0) return only;
  throw refuse('METHODOLOGIES_PROGRAMME_NOT_CHOSEN', {
    field: 'TANHUI_PROGRAMME',
    programmes: [...offered.keys()].join(' '),
  });
}

function namedProgramme(
  id: string,
  offered: ReadonlyMap<string, Programme>,
  withheld: ReadonlyMap<string, Withheld>,
): Programme {
  const found = offeredProgramme(id, offered, withheld);
  if (found === undefined)
    throw refuse('METHODOLOGIES_PROGRAMME_UNKNOWN', { field: 'TANHUI_PROGRAMME', programme: id });
  return found;
}
