import { createClient } from '@tanhui/sdk/client';
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

/** The one client of the faces: the page's own origin, the person's token and language. */
export const api = createClient({ baseUrl: '', token: token.read, locale: () => language.value });
