export { createPluginRegistry } from './registry.ts';
export type { ContributedSource, PluginModule, PluginRegistry } from './registry.ts';
export { pluginHostRefusals } from './refusals.ts';
export { neededColumns, readSettings } from './settings.ts';
