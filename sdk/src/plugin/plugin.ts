import type { ActivitySource } from './source.ts';

/** Text in the two languages every plugin speaks. */
export interface LocalisedText {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** A code that a plugin's refusals may carry, with what it means and what would change it. */
export interface RefusalText {
  readonly code: string;
  readonly text: LocalisedText;
  readonly next: LocalisedText;
}

/** `plugin.json`. */
export interface PluginManifest {
  readonly manifestVersion: 1;
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
  readonly displayName: LocalisedText;
  readonly description: LocalisedText;
  readonly license: string;
  readonly engines: { readonly tanhui: string };
  readonly runtime: 'sandbox';
  readonly main: string;
  readonly contributes: {
    readonly 'activities.sources'?: readonly { readonly id: string; readonly title: LocalisedText }[];
  };
  readonly permissions: readonly { readonly name: string; readonly reason: LocalisedText }[];
}

/** A thing that was registered and can be taken back. */
export interface Registration {
  dispose(): void;
}

/** What `activate` gets. Everything registered belongs to the context and goes with it. */
export interface PluginContext {
  readonly plugin: { readonly id: string; readonly version: string };
  readonly activities: {
    registerSource<Settings>(source: ActivitySource<Settings>): Registration;
  };
  readonly refusals: {
    /** Declares the codes this plugin refuses with; a refusal with an undeclared code is a defect of the plugin. */
    declare(texts: readonly RefusalText[]): Registration;
  };
}

/** A plugin's module exports this as `activate`: registrations only, nothing else may happen in it. */
export type Activate = (context: PluginContext) => void;
