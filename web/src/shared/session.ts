import type { DemoIdentity, ProgrammeView } from '@tanhui/sdk/client';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { api, programmeShown, token } from './api.ts';

const identityKey = 'tanhui.identity';

/** Who looks, at which programme: read once for each programme that is shown. */
export const useSession = defineStore('session', () => {
  const programme = ref<ProgrammeView>();
  const identity = ref<DemoIdentity | undefined>(keptIdentity());
  let asked: { readonly of: string | undefined; readonly answer: Promise<ProgrammeView> } | undefined;

  /** The programme and its ledger; every page says what they are. */
  function readProgramme(): Promise<ProgrammeView> {
    const of = programmeShown.value;
    if (asked !== undefined && asked.of === of) return asked.answer;
    const answer = api.programme().then(
      (found) => {
        if (programmeShown.value === of) programme.value = found;
        return found;
      },
      (error: unknown) => {
        asked = undefined;
        throw error;
      },
    );
    asked = { of, answer };
    return answer;
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
