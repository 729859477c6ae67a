import type { CredentialView } from '@tanhui/sdk/client';
import { sayCredential } from './texts.ts';

export interface CredentialState {
  readonly tone: 'proof' | 'look' | 'plain';
  readonly icon: 'seal' | 'clock' | 'no';
  readonly text: string;
}

/** Whether programs may still use it, as word, icon and colour. */
export function credentialState({ revokedAt, expiresAt }: CredentialView, now: number): CredentialState {
  if (revokedAt !== undefined) return { tone: 'plain', icon: 'no', text: sayCredential('credential.revoked') };
  if (expiresAt !== undefined && expiresAt <= now)
    return { tone: 'look', icon: 'clock', text: sayCredential('credential.expired') };
  return { tone: 'plain', icon: 'seal', text: sayCredential('credential.active') };
}
