import fc from 'fast-check';
import { afterEach, expect } from 'vitest';

// A test run is the same each time: what fails, failed before too. `npm run explore` looks where no run has been.
fc.configureGlobal({ seed: Number(process.env['SIMULATION_SEED'] ?? 20_261_129) });

// A log line at warn or above that no test announced is a failure nobody looked at.
const surprising: string[] = [];
for (const level of ['warn', 'error'] as const) {
  const original = console[level].bind(console);
  console[level] = (...parts: unknown[]) => {
    surprising.push(parts.map(String).join(' '));
    original(...parts);
  };
}

afterEach(() => {
  expect(surprising.splice(0), 'unannounced warnings or errors').toEqual([]);
});
