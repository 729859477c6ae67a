import type { MethodologyCatalogue } from '../methodologies/index.ts';
import type { PluginRegistry } from '../plugin-host/index.ts';

/**
 * 迟到窗口: the longest that a record of a programme may still be on its way, of all sources that bring something which its table counts. A day that was closed
 * within it would refuse what a source was promised to be taken.
 */
export function longestLateness(parts: {
  readonly plugins: PluginRegistry;
  readonly catalogue: MethodologyCatalogue;
}): (programme: string) => number {
  return (programme) => {
    const selection = parts.catalogue.programme(programme)?.selection ?? [];
    const counted = new Set(selection.flatMap(({ modes }) => modes));
    const windows = parts.plugins
      .sources()
      .filter(({ source }) => source.modes.some((mode) => counted.has(mode)))
      .map(({ source }) => source.latenessMs);
    return Math.max(0, ...windows);
  };
}
