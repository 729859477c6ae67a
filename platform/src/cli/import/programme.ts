import type { Config } from '../../config.ts';
import { loadCatalogue } from '../../methodologies/index.ts';

type Settings = Pick<Config, 'cityFolder' | 'mode' | 'programme'>;

const pilotOfSource: Readonly<Record<string, string>> = {
  'shenzhen-taps': 'shenzhen-pilot',
  'mobike-orders': 'shanghai-pilot',
  'metro-trips': 'qingdao-demo',
};

/** Where records of a source go when nobody says: in a demo to what the public data of this source is shown in, else to the server's own programme. */
export function programmeOfSource(settings: Settings, source: string): string {
  if (settings.mode === 'demo' && settings.programme === undefined) return pilotOfSource[source] ?? 'open-demo';
  return loadCatalogue(settings).own().programme;
}
