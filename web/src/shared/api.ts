import { createClient } from '@tanhui/sdk/client';
import { ref } from 'vue';
import { language } from './language.ts';

const tokenKey = 'tanhui.token';

/** The bearer token lives as long as the tab. */
export const token = {
  read: (): string | undefined => sessionStorage.getItem(tokenKey) ?? undefined,
  keep: (value: string): void => {
    sessionStorage.setItem(tokenKey, value);
  },
  forget: (): void => {
    sessionStorage.removeItem(tokenKey);
  },
};

/** 所看项目: the programme that a console was asked to show; the server's own where it is absent. */
export const programmeShown = ref<string>();

/** The one client of the faces: the page's own origin, the person's token and language, and the programme that is shown. */
export const api = createClient({
  baseUrl: '',
  token: token.read,
  programme: () => programmeShown.value,
  locale: () => language.value,
});
