import { createClient } from '@tanhui/sdk/client';
import type { Locale } from '@tanhui/sdk/client';
import { ref } from 'vue';

const tokenKey = 'tanhui.token';
const localeKey = 'tanhui.locale';

/** Language of the faces; zh-CN first. */
export const locale = ref<Locale>(localStorage.getItem(localeKey) === 'en' ? 'en' : 'zh-CN');

export function switchLocale(): void {
  locale.value = locale.value === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem(localeKey, locale.value);
  document.documentElement.lang = locale.value;
}

export function signIn(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

export function signOut(): void {
  sessionStorage.removeItem(tokenKey);
  location.href = './index.html';
}

export const client = createClient({
  baseUrl: '',
  token: () => sessionStorage.getItem(tokenKey) ?? undefined,
  locale: () => locale.value,
});

/** A text of the faces in the person's language. */
export function say(chinese: string, english: string): string {
  return locale.value === 'en' ? english : chinese;
}
