import type { Instant } from '@tanhui/sdk/model';
import type { AuditTrail, Clock, TrailActor } from '../kernel/index.ts';
import type { Collection, Reader, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import { refuseOperations } from './refusals.ts';

/** 开关 as stored: there is a document only for what was ever paused. */
export interface ControlDocument {
  readonly isPaused: boolean;
  readonly changedAt: Instant;
  readonly changedBy: string;
  readonly reason: string;
}

export const controls: Collection<ControlDocument> = {
  name: 'controls',
  keys: { exception: 'a handful of switches, asked for by name' },
  indexes: [],
};

/** What can be paused as a whole; of the intake also one source, as `intake.metro-trips`. */
export const controlNames = ['intake', 'sealing', 'payments'] as const;
export type ControlName = (typeof controlNames)[number];

/** How long a sender waits before it tries a paused source again. */
const retryAfterSeconds = 60;

/** Whether any of these is paused. */
async function isAnyPaused(reader: Reader, names: readonly string[]): Promise<boolean> {
  const found = await reader.getMany(controls, names);
  return [...found.values()].some(({ value }) => value.isPaused);
}

export function isPaused(reader: Reader, name: ControlName): Promise<boolean> {
  return isAnyPaused(reader, [name]);
}

/** Whether a source, or the whole intake, is paused. */
export function isIntakePaused(reader: Reader, source: string): Promise<boolean> {
  return isAnyPaused(reader, ['intake', `intake.${source}`]);
}

/** Refuses what a source sends while it, or the whole intake, is paused. */
export async function checkIntakeOpen(reader: Reader, source: string): Promise<void> {
  if (await isIntakePaused(reader, source))
    throw refuseOperations('OPERATIONS_INTAKE_PAUSED', { source, retryAfterSeconds });
}

export interface Control extends Partial<ControlDocument> {
  readonly control: string;
  readonly isPaused: boolean;
}

/** Every switch: the three whole ones, and each source that was ever paused. */
export async function listControls(reader: Reader): Promise<readonly Control[]> {
  const ever = await everyOf(reader, controls, { index: 'key' });
  const stored = new Map(ever.map(({ key, value }) => [key, value]));
  const names = [...new Set([...controlNames, ...stored.keys()])];
  return names.map((control) => ({ control, isPaused: false, ...stored.get(control) }));
}

export interface SwitchDeps {
  readonly clock: Clock;
  readonly trail: AuditTrail<Transaction>;
  /** Sources that are there. */
  readonly sources: readonly string[];
}

/** 暂停 or 恢复, with the reason in the trail. What is under way ends; nothing new begins. Pausing what is paused changes nothing. */
export async function setControl(
  tx: Transaction,
  { clock, trail, sources }: SwitchDeps,
  act: { readonly control: string; readonly isPaused: boolean; readonly by: TrailActor; readonly reason: string },
): Promise<Control> {
  const { control, reason, by } = act;
  const known: readonly string[] = [...controlNames, ...sources.map((source) => `intake.${source}`)];
  if (!known.includes(control)) throw refuseOperations('OPERATIONS_CONTROL_UNKNOWN');
  const stored = await tx.get(controls, control);
  if ((stored?.value.isPaused ?? false) === act.isPaused) return { control, isPaused: act.isPaused, ...stored?.value };
  const value = { isPaused: act.isPaused, changedAt: clock.now(), changedBy: by.subject, reason };
  await tx.replaceMany(controls, [{ key: control, version: stored?.version ?? 0, value }]);
  await trail.append(tx, {
    actor: by,
    action: act.isPaused ? 'work-paused' : 'work-resumed',
    subject: control,
    reason,
  });
  return { control, ...value };
}
