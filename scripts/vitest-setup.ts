import { afterEach, expect } from 'vitest';

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
