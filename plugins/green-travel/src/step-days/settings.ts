import { SettingsError } from '@tanhui/sdk/plugin';
import type { JsonValue } from '@tanhui/sdk/plugin';

/** How a file of daily steps is read. */
export interface StepSettings {
  /** Column with the device's own kilometres; without it metres come from the steps. */
  readonly distanceColumn?: string;
  /** 每日步数上限: a day with more steps is refused whole; a cap takes a trip as it is or not at all. */
  readonly stepsPerDayCap: number;
}

const defaultCap = 30_000;
const maxCap = 100_000;

export function parseStepSettings(raw: JsonValue): StepSettings {
  const given = raw ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw new SettingsError('', 'is an object');
  const { distanceColumn, stepsPerDayCap = defaultCap } = given as Readonly<Record<string, JsonValue>>;
  if (distanceColumn !== undefined && (typeof distanceColumn !== 'string' || distanceColumn === ''))
    throw new SettingsError('distanceColumn', 'names a column');
  if (!isWholeStepCount(stepsPerDayCap))
    throw new SettingsError('stepsPerDayCap', `is a whole number from 1 to ${String(maxCap)}`);
  return { stepsPerDayCap, ...(distanceColumn !== undefined && { distanceColumn }) };
}

function isWholeStepCount(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxCap;
}
