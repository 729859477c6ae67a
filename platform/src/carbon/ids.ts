import type { Day } from '@tanhui/sdk/model';

const sequenceDigits = 9;

/**
 * Ids carry their day first and a commit-ordered sequence last, so that neighbours in time are neighbours in every tree, and a batch is a range.
 */
export function sequenceId(
  prefix: 'act' | 'rec' | 'bat' | 'stl',
  scope: { programme: string; day: Day },
  sequence: number,
): string {
  return beginningOf(prefix, scope) + String(sequence).padStart(sequenceDigits, '0');
}

/** Ids of a kind are made in runs that begin alike. */
const last = new Map<string, { readonly programme: string; readonly day: string; readonly text: string }>();

function beginningOf(prefix: string, { programme, day }: { programme: string; day: Day }): string {
  const known = last.get(prefix);
  if (known?.day === day && known.programme === programme) return known.text;
  const text = `${prefix}_${day.replaceAll('-', '')}_${programme}_`;
  last.set(prefix, { programme, day, text });
  return text;
}

const pattern = /^(act|rec|bat|stl)_(\d{4})(\d{2})(\d{2})_([a-z0-9-]{1,32})_(\d{9})$/;

/** An id taken apart. */
export interface SequenceParts {
  readonly prefix: string;
  readonly day: Day;
  readonly programme: string;
  readonly sequence: number;
}

/** Takes an id apart; undefined for anything that is not one. */
export function parseSequenceId(id: string): SequenceParts | undefined {
  const found = pattern.exec(id);
  if (found === null) return undefined;
  const [, prefix = '', year = '', month = '', date = '', programme = '', sequence = ''] = found;
  return { prefix, day: `${year}-${month}-${date}` as Day, programme, sequence: Number(sequence) };
}
