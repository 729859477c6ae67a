import type { Config } from '../config.ts';
import type { Methodology, MethodologyFile, Programme } from '../methodologies/index.ts';
import { loadCatalogue, sourceOf } from '../methodologies/index.ts';

/** The table by which methodologies are chosen, and each version with its factors, as an operator or auditor reads it. */
export function methodologyLines(config: Pick<Config, 'cityFolder' | 'mode' | 'programme'>): string[] {
  const catalogue = loadCatalogue(config);
  const withheld = [...catalogue.withheld].map(([programme, code]) => `${programme}  not in production: ${code}`);
  return [...catalogue.programmes.flatMap(programmeLines), ...withheld, ...catalogue.all().flatMap(versionLines)];
}

function programmeLines({ programme, name, region, regime, selection }: Programme): string[] {
  return [
    `${programme}  ${name['zh-CN']}  ${name.en}  region ${region}, ${regime}`,
    ...selection.map(
      ({ methodology, modes, from, to, isRetrospective }) =>
        `  ${from} – ${to ?? 'open'}  ${methodology}  ${modes.join(' ')}${isRetrospective === true ? '  (retrospective, pilot only)' : ''}`,
    ),
    '',
  ];
}

function versionLines({ file, reference }: Methodology): string[] {
  return [
    `${file.id}@${file.version}  ${file.name['zh-CN']}  ${file.name.en}`,
    `  region ${file.region}, in force ${file.validFrom} – ${file.validTo ?? 'open'}, ${confidences[file.confidence]}, digest ${reference.digest}`,
    `  source: ${[...new Set(Object.values(sourceOf({ file })))].join('  ')}`,
    ...Object.entries(file.factors).map(
      ([name, { value, unit, confidence, source }]) =>
        `  ${name} = ${value} ${unit}  ${confidences[confidence]}: ${source}`,
    ),
    ...Object.entries(file.modes).map(([mode, { formula }]) => `  ${mode}: ${formula}`),
    '',
  ];
}

const confidences: Readonly<Record<MethodologyFile['confidence'], string>> = {
  V: 'verified',
  'V*': 'verified arithmetically',
  S: 'second-hand',
  D: 'demonstration only',
};
