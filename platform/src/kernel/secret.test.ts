import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

it('shows its text to nobody who does not ask for it by name', () => {
  const secret = new Secret('s3cret');
  const shown = [String(secret), [secret].join(''), JSON.stringify({ secret }), inspect({ secret })];
  expect(shown.join(' ')).not.toContain('s3cret');
  expect(Object.entries(secret)).toEqual([]);
  expect(secret.reveal()).toBe('s3cret');
});
