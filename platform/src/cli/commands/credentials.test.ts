import type { CredentialView } from '@tanhui/sdk/client';
import { expect, it } from 'vitest';
import { credentialLine } from './credentials.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const credential: CredentialView = {
  ...{ credential: 'crd_1', role: 'partner', subject: 'metro', label: 'intake' },
  ...{ createdAt: now - 1_000, createdBy: 'office' },
};

it('a line of the list says whether a credential is good for anything now, and when it ends', () => {
  const whose = 'partner  metro  "intake"  all sources any programme';
  expect(credentialLine(credential, now)).toBe(`crd_1  valid  ${whose}`);
  const expiresAt = now + 1_000;
  const ends = 'ends 2026-11-24T12:00:01.000Z';
  expect(credentialLine({ ...credential, expiresAt }, now)).toBe(`crd_1  valid  ${whose}  ${ends}`);
  expect(credentialLine({ ...credential, expiresAt }, expiresAt)).toBe(`crd_1  expired  ${whose}  ${ends}`);
  expect(credentialLine({ ...credential, expiresAt, revokedAt: now }, now)).toContain('crd_1  revoked  ');
});
