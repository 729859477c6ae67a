import type { DemoIdentity, ProgrammeView } from '@tanhui/sdk/client';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { api, token } from './api.ts';

const identityKey = 'tanhui.identity';

/** Who looks, at which programme: read once a tab. */
export const useSession = defineStore('session', () => {
  const programme = ref<ProgrammeView>();
  const identity = ref<DemoIdentity | undefined>(keptIdentity());
  let asked: Promise<ProgrammeView> | undefined;

  /** The programme and its ledger; every page says what they are. */
  function readProgramme(): Promise<ProgrammeView> {
    asked ??= api.programme().then(
      (answer) => (programme.value = answer),
      (error: unknown) => {
        asked = undefined;
        throw error;
      },
    );
    return asked;
  }

  async function signIn(chosen: DemoIdentity): Promise<void> {
    const { token: fresh } = await api.demoSignIn(chosen.identity);
    token.keep(fresh);
    sessionStorage.setItem(identityKey, JSON.stringify(chosen));
    identity.value = chosen;
  }

  function signOut(): void {
    token.forget();
    sessionStorage.removeItem(identityKey);
    location.href = './index.html';
  }

  return { programme, identity, readProgramme, signIn, signOut };
});

function keptIdentity(): DemoIdentity | undefined {
  const text = sessionStorage.getItem(identityKey);
  return text === null ? undefined : (JSON.parse(text) as DemoIdentity);
}
