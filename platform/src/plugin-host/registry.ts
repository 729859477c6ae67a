import type { Activate, ActivitySource, PluginManifest, RefusalText } from '@tanhui/sdk/plugin';
import { assert, refuser } from '../kernel/index.ts';
import { pluginHostRefusals } from './refusals.ts';

/** A plugin as a driver hands it over: what it declares and how it is started. */
export interface PluginModule {
  readonly manifest: PluginManifest;
  readonly activate: Activate;
}

/** A contributed source together with the plugin that it came from. */
export interface ContributedSource {
  readonly plugin: string;
  readonly source: ActivitySource;
}

/** 插件注册表: everything that plugins contributed; the host keeps no other list. */
export interface PluginRegistry {
  source(id: string): ContributedSource;
  sources(): readonly ContributedSource[];
  refusalText(code: string): RefusalText | undefined;
  refusalTexts(): readonly RefusalText[];
  plugins(): readonly PluginManifest[];
}

const refuse = refuser(pluginHostRefusals);

interface Contributions {
  readonly sources: Map<string, ContributedSource>;
  readonly texts: Map<string, RefusalText>;
}

/** Activates each plugin once, in the order given. A source that a manifest does not declare, or a name taken twice, is a defect. */
export function createPluginRegistry(modules: readonly PluginModule[]): PluginRegistry {
  const contributions: Contributions = { sources: new Map(), texts: new Map() };
  for (const module of modules) activate(module, contributions);
  return {
    source(id) {
      const found = contributions.sources.get(id);
      if (found === undefined) throw refuse('PLUGINS_UNKNOWN_SOURCE', { source: id });
      return found;
    },
    sources: () => [...contributions.sources.values()],
    refusalText: (code) => contributions.texts.get(code),
    refusalTexts: () => [...contributions.texts.values()],
    plugins: () => modules.map((module) => module.manifest),
  };
}

function activate({ manifest, activate: start }: PluginModule, { sources, texts }: Contributions): void {
  const id = `${manifest.publisher}.${manifest.name}`;
  const declared = new Set(manifest.contributes['activities.sources']?.map((source) => source.id));
  start({
    plugin: { id, version: manifest.version },
    activities: {
      registerSource(source) {
        assert(declared.has(source.id), `${id} registers a source its manifest does not declare: ${source.id}`);
        assert(!sources.has(source.id), `source registered twice: ${source.id}`);
        // Settings are opaque to the host: what parseSettings gives goes back to the same source and nowhere else.
        sources.set(source.id, { plugin: id, source: source as unknown as ActivitySource });
        return { dispose: () => sources.delete(source.id) };
      },
    },
    refusals: {
      declare(declaredTexts) {
        for (const text of declaredTexts) texts.set(text.code, text);
        return {
          dispose: () => {
            for (const text of declaredTexts) texts.delete(text.code);
          },
        };
      },
    },
  });
}
