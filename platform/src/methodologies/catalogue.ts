import type { ActivityDraft, Day, EvidenceClass, MethodologyReference, Mode } from '@tanhui/sdk/model';
import { assert, refuser, required, without } from '../kernel/index.ts';
import { mayCountUnder, offeredProgramme, ownProgramme, withheldFor } from './offering.ts';
import type { Offering, Withheld } from './offering.ts';
import { compileMethodology, quantify } from './methodology.ts';
import type { Methodology, MethodologyFile, Quantification } from './methodology.ts';
import type { Programme } from './programme.ts';
import { methodologyRefusals } from './refusals.ts';

const refuse = refuser(methodologyRefusals);

type EvidenceCredit = 'full' | 'as-methodology' | 'none';

export interface ProgrammeTable {
  readonly programmes: readonly Programme[];
  readonly evidence: Readonly<Record<EvidenceClass, EvidenceCredit>>;
}

export type Selected =
  | { readonly kind: 'selected'; readonly methodology: Methodology; readonly isRetrospective: boolean }
  | { readonly kind: 'none'; readonly code: 'METHODOLOGIES_NONE_IN_FORCE' };

export type CatalogueAnswer =
  | ({
      readonly kind: 'quantified';
      readonly methodology: MethodologyReference;
      readonly isRetrospective: boolean;
    } & Quantification)
  | { readonly kind: 'refused'; readonly code: 'METHODOLOGIES_NONE_IN_FORCE' | 'METHODOLOGIES_EVIDENCE_EARNS_NOTHING' };

/** 方法学目录: every version there is, and the table that chooses among them. */
export interface MethodologyCatalogue {
  /** Those that count here: what production does not take is not among them. */
  readonly programmes: readonly Programme[];
  /** Of the table, but not here. */
  readonly withheld: ReadonlyMap<string, Withheld>;
  programme(id: string): Programme | undefined;
  /** As `programme`, but refuses one that is withheld with the reason. */
  offered(id: string): Programme | undefined;
  /** The one that is meant where nobody names one; refuses where there is none. */
  own(): Programme;
  /** Those that may be counted under here. */
  all(): readonly Methodology[];
  /** Any version that a record names, also one that nothing is counted under any more. */
  methodology(reference: string): Methodology;
  /** As `methodology`, but refuses what no file holds. */
  named(reference: string): Methodology;
  select(subject: { readonly programme: string; readonly mode: Mode; readonly day: Day }): Selected;
  quantify(subject: {
    readonly programme: string;
    readonly day: Day;
    readonly draft: ActivityDraft;
    readonly creditedMeters?: number;
  }): CatalogueAnswer;
}

export function createCatalogue(
  files: readonly MethodologyFile[],
  table: ProgrammeTable,
  offering: Offering,
): MethodologyCatalogue {
  const byReference = new Map(files.map((file) => [`${file.id}@${file.version}`, compileMethodology(file)]));
  const listed = new Map(table.programmes.map((programme) => [programme.programme, programme]));
  assert(byReference.size === files.length, 'a version of a methodology stands in one file');
  assert(listed.size === table.programmes.length, 'a programme stands in the table once');
  for (const programme of table.programmes) checkProgramme(programme, byReference);
  const { programmes, withheld } = divide(listed, byReference, offering);
  const versions = [...byReference.values()].filter((one) => mayCountUnder(offering, one));
  const chosen = new Map<string, Selected>();
  const select: MethodologyCatalogue['select'] = (subject) => {
    const key = `${subject.programme}\0${subject.mode}\0${subject.day}`;
    let found = chosen.get(key);
    if (found === undefined) {
      found = selectFrom(programmes.get(subject.programme), subject, byReference);
      if (chosen.size > 10_000) chosen.clear();
      chosen.set(key, found);
    }
    return found;
  };
  return {
    programmes: [...programmes.values()],
    withheld,
    programme: (id) => programmes.get(id),
    offered: (id) => offeredProgramme(id, programmes, withheld),
    own: () => ownProgramme(offering, programmes, withheld),
    all: () => versions,
    methodology: (reference) => required(byReference.get(reference), `methodology ${reference}`),
    named: (reference) => {
      const found = byReference.get(reference);
      if (found === undefined) throw refuse('METHODOLOGIES_UNKNOWN', { methodology: reference });
      return found;
    },
    select,
    quantify: (subject) => quantifyWith(select, table, subject),
  };
}

/** What counts here, and what of the table does not. */
function divide(
  listed: ReadonlyMap<string, Programme>,
  known: ReadonlyMap<string, Methodology>,
  offering: Offering,
): { readonly programmes: ReadonlyMap<string, Programme>; readonly withheld: ReadonlyMap<string, Withheld> } {
  const programmes = new Map<string, Programme>();
  const withheld = new Map<string, Withheld>();
  for (const [id, programme] of listed) {
    const reason = withheldFor(offering, programme, known);
    if (reason === undefined) programmes.set(id, programme);
    else withheld.set(id, reason);
  }
  return { programmes, withheld };
}

function checkProgramme(programme: Programme, known: ReadonlyMap<string, Methodology>): void {
  for (const line of programme.selection) {
    const methodology = required(
      known.get(line.methodology),
      `methodology ${line.methodology} of ${programme.programme}`,
    );
    assert(
      line.isRetrospective !== true || programme.isPilot,
      `${programme.programme}: only a pilot counts retrospectively`,
    );
    const { region } = methodology.file;
    assert(
      region === 'any' || region === programme.region,
      `${programme.programme} may not use another region's ${line.methodology}`,
    );
  }
}

function selectFrom(
  programme: Programme | undefined,
  { mode, day }: { readonly mode: Mode; readonly day: Day },
  known: ReadonlyMap<string, Methodology>,
): Selected {
  const line = programme?.selection.find(
    ({ modes, from, to }) => modes.includes(mode) && from <= day && (to === undefined || day < to),
  );
  if (line === undefined) return { kind: 'none', code: 'METHODOLOGIES_NONE_IN_FORCE' };
  const methodology = required(known.get(line.methodology), 'methodology of the table');
  const isRetrospective = day < methodology.file.validFrom;
  return isRetrospective && line.isRetrospective !== true
    ? { kind: 'none', code: 'METHODOLOGIES_NONE_IN_FORCE' }
    : { kind: 'selected', methodology, isRetrospective };
}

function quantifyWith(
  select: MethodologyCatalogue['select'],
  table: ProgrammeTable,
  subject: {
    readonly programme: string;
    readonly day: Day;
    readonly draft: ActivityDraft;
    readonly creditedMeters?: number;
  },
): CatalogueAnswer {
  const { draft } = subject;
  if (table.evidence[draft.evidence] === 'none')
    return { kind: 'refused', code: 'METHODOLOGIES_EVIDENCE_EARNS_NOTHING' };
  const selected = select({ programme: subject.programme, mode: draft.mode, day: subject.day });
  if (selected.kind === 'none') return { kind: 'refused', code: selected.code };
  const credited = subject.creditedMeters === undefined ? draft : { ...draft, distanceMeters: subject.creditedMeters };
  const usesDefault = draft.evidence === 'default' && table.evidence.default === 'as-methodology';
  const quantified = quantify(selected.methodology, usesDefault ? without(credited, 'distanceMeters') : credited);
  if (quantified === undefined) return { kind: 'refused', code: 'METHODOLOGIES_NONE_IN_FORCE' };
  return {
    kind: 'quantified',
    methodology: selected.methodology.reference,
    isRetrospective: selected.isRetrospective,
    ...quantified,
  };
}
