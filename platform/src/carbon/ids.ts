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
  return `${prefix}_${scope.day.replaceAll('-', '')}_${scope.programme}_${String(sequence).padStart(sequenceDigits, '0')}`;
}

const pattern = /^(act|rec|bat|stl)_(\d{4})(\d{2})(\d{2})_([a-z0-9-]{1,32})_(\d{9})$/;

/** Takes an id apart; undefined for anything that is not one. */
export function parseSequenceId(
  id: string,
): { readonly prefix: string; readonly day: Day; readonly programme: string; readonly sequence: number } | undefined {
  const found = pattern.exec(id);
  if (found === null) return undefined;
  const [, prefix = '', year = '', month = '', date = '', programme = '', sequence = ''] = found;
  return { prefix, day: `${year}-${month}-${date}` as Day, programme, sequence: Number(sequence) };
}
