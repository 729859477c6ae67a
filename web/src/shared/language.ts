import type { Locale, LocalText } from '@tanhui/sdk/client';
import { ref } from 'vue';

/** The two languages of the faces; zh-CN comes first. */
export type Language = Locale;

/** The person's language. The preferences store keeps it; words and figures read it. */
export const language = ref<Language>('zh-CN');

/** A text that the server words in both languages. */
export function inLanguage(text: LocalText): string {
  return text[language.value];
}
