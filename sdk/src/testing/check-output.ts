import type { ActivityDraft, SourceRefusal } from '../model/index.ts';
import type { ActivitySource, OpenJourney, TransformOutput } from '../plugin/index.ts';
import { hold } from './contract-error.ts';

/** What the host checks of every answer, whatever the source: nothing in it may depend on a record being well-behaved. */
export function checkOutput<Settings>(
  source: ActivitySource<Settings>,
  output: TransformOutput,
  codes: ReadonlySet<string> | undefined,
): void {
  for (const draft of output.activities) checkDraft(source, draft);
  for (const refusal of output.refusals) checkRefusal(refusal, codes);
  for (const [key, journey] of Object.entries(output.open)) checkJourney(source, key, journey);
}

function checkDraft<Settings>(source: ActivitySource<Settings>, draft: ActivityDraft): void {
  hold(draft.records.length > 0, 'an activity consumes at least one record');
  hold(draft.account !== '' && draft.sourceKey !== '', 'an activity has an account and a source key');
  hold(source.modes.includes(draft.mode), `mode ${draft.mode} is not among the source's modes`);
  hold(draft.basis !== '', 'an activity says what its quantity rests on');
  for (const name of ['distanceMeters', 'energyWattHours', 'steps'] as const) {
    const quantity = draft[name];
    hold(quantity === undefined || (Number.isSafeInteger(quantity) && quantity >= 0), `${name} is a whole number`);
  }
  for (const instant of instantsOf(draft)) hold(Number.isSafeInteger(instant), 'an instant is whole milliseconds');
  const { occupies } = draft;
  hold(occupies.kind !== 'interval' || occupies.from <= occupies.to, 'an interval ends after it begins');
}

function instantsOf({ occurredAt, startedAt, endedAt, occupies }: ActivityDraft): readonly number[] {
  const instants = [occurredAt];
  if (startedAt !== undefined) instants.push(startedAt);
  if (endedAt !== undefined) instants.push(endedAt);
  if (occupies.kind === 'interval') instants.push(occupies.from, occupies.to);
  if (occupies.kind === 'point') instants.push(occupies.at);
  return instants;
}

function checkRefusal({ records, code }: SourceRefusal, codes: ReadonlySet<string> | undefined): void {
  hold(records.length > 0, `refusal ${code} names a record`);
  hold(/^[A-Z][A-Z0-9_]+$/.test(code), `refusal code ${code} is upper case`);
  hold(codes?.has(code) ?? true, `refusal code ${code} is not declared`);
}

function checkJourney<Settings>(source: ActivitySource<Settings>, key: string, journey: OpenJourney): void {
  if (journey.records.length === 0) return;
  hold(Number.isSafeInteger(journey.updatedAt), `open journey of ${key}: updatedAt is whole milliseconds`);
  const size = JSON.stringify(journey.state).length;
  hold(size <= source.openBytesPerKey, `open state of ${key} holds ${size} of at most ${source.openBytesPerKey}`);
}
