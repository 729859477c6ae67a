import type { Activate, ActivitySource, PluginManifest, RefusalText } from '../plugin/index.ts';
import { hold } from './contract-error.ts';

/** What a plugin contributed when it was activated. */
export interface Contributed {
  readonly sources: ReadonlyMap<string, ActivitySource>;
  readonly refusals: ReadonlyMap<string, RefusalText>;
}

/** Activates a plugin as the host does and gives what it registered; a source that its manifest does not declare is a breach of contract. */
export function activateForTest(manifest: PluginManifest, activate: Activate): Contributed {
  const declared = new Set(manifest.contributes['activities.sources']?.map(({ id }) => id));
  const sources = new Map<string, ActivitySource>();
  const refusals = new Map<string, RefusalText>();
  activate({
    plugin: { id: `${manifest.publisher}.${manifest.name}`, version: manifest.version },
    activities: {
      registerSource(source) {
        hold(declared.has(source.id), `the manifest does not declare the source ${source.id}`);
        hold(!sources.has(source.id), `source ${source.id} is registered twice`);
        // Settings are opaque to a host: what parseSettings gives goes back to the same source.
        sources.set(source.id, source as unknown as ActivitySource);
        return { dispose: () => sources.delete(source.id) };
      },
    },
    refusals: {
      declare(texts) {
        for (const text of texts) {
          hold(!refusals.has(text.code), `refusal code ${text.code} is declared twice`);
          refusals.set(text.code, text);
        }
        return {
          dispose: () => {
            for (const { code } of texts) refusals.delete(code);
          },
        };
      },
    },
  });
  return { sources, refusals };
}
