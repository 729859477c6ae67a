export { SettingsError } from './source.ts';
export type {
  ActivitySource,
  JsonValue,
  OpenJourney,
  OpenRecord,
  SettleInput,
  SourceRecord,
  TransformInput,
  TransformOutput,
} from './source.ts';
export type { Activate, LocalisedText, PluginContext, PluginManifest, RefusalText, Registration } from './plugin.ts';
