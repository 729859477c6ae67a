import type { ActivityDraft, Day, EvidenceClass, MethodologyReference, Mode } from '@tanhui/sdk/model';
import { assert, required, without } from '../kernel/index.ts';
import { compileMethodology, quantify } from './methodology.ts';
import type { LocalisedText, Methodology, MethodologyFile, Quantification } from './methodology.ts';

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
  /** 计入窗口: days before a binding whose trips are credited with it. */
  readonly creditedDaysBeforeBinding?: number;
  readonly selection: readonly SelectionLine[];
}

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
  readonly programmes: readonly Programme[];
  programme(id: string): Programme | undefined;
  all(): readonly Methodology[];
  methodology(reference: string): Methodology;
  select(subject: { readonly programme: string; readonly mode: Mode; readonly day: Day }): Selected;
  quantify(subject: {
    readonly programme: string;
    readonly day: Day;
    readonly draft: ActivityDraft;
    readonly creditedMeters?: number;
  }): CatalogueAnswer;
}

export function createCatalogue(files: readonly MethodologyFile[], table: ProgrammeTable): MethodologyCatalogue {
  const byReference = new Map(files.map((file) => [`${file.id}@${file.version}`, compileMethodology(file)]));
  const programmes = new Map(table.programmes.map((programme) => [programme.programme, programme]));
  assert(byReference.size === files.length, 'a version of a methodology stands in one file');
  assert(programmes.size === table.programmes.length, 'a programme stands in the table once');
  for (const programme of table.programmes) checkProgramme(programme, byReference);
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
    programmes: table.programmes,
    programme: (id) => programmes.get(id),
    all: () => [...byReference.values()],
    methodology: (reference) => required(byReference.get(reference), `methodology ${reference}`),
    select,
    quantify: (subject) => quantifyWith(select, table, subject),
  };
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
