import type { CredentialView } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { credentialState } from './state.ts';

const credential = { credential: 'crd_1', expiresAt: 1_000 } as CredentialView;

describe('credentialState', () => {
  it('is over from its last instant on, and revoked before anything else', () => {
    expect(credentialState(credential, 999).text).toBe('有效');
    expect(credentialState(credential, 1_000)).toMatchObject({ tone: 'look', text: '已过期' });
    expect(credentialState({ ...credential, revokedAt: 5 }, 2_000)).toMatchObject({ icon: 'no', text: '已吊销' });
  });
});
