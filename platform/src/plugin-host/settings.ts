import type { ActivitySource, JsonValue } from '@tanhui/sdk/plugin';
import { SettingsError } from '@tanhui/sdk/plugin';
import { refuser } from '../kernel/index.ts';
import { pluginHostRefusals } from './refusals.ts';

const refuse = refuser(pluginHostRefusals);

/** Settings as the source itself reads them; refused by the field that does not fit. */
export function readSettings<Settings>(source: ActivitySource<Settings>, raw: JsonValue): Settings {
  try {
    return source.parseSettings(raw);
  } catch (error) {
    if (error instanceof SettingsError) throw refuse('PLUGINS_SETTINGS_INVALID', { field: error.field }, error);
    throw error;
  }
}

/** Columns that a file must have for a source, under its settings. */
export function neededColumns<Settings>(
  { requiredFields }: ActivitySource<Settings>,
  settings: Settings,
): readonly string[] {
  return typeof requiredFields === 'function' ? requiredFields(settings) : requiredFields;
}
