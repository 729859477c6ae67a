import { defineStore } from 'pinia';
import { ref, watchEffect } from 'vue';
import { language } from './language.ts';

const languageKey = 'tanhui.language';
const elderKey = 'tanhui.elder';

/** 偏好: language and elder mode, kept on the device and shown by the document itself. */
export const usePreferences = defineStore('preferences', () => {
  const isElder = ref(localStorage.getItem(elderKey) === 'yes');
  language.value = localStorage.getItem(languageKey) === 'en' ? 'en' : 'zh-CN';

  watchEffect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.toggleAttribute('data-elder', isElder.value);
    localStorage.setItem(languageKey, language.value);
    localStorage.setItem(elderKey, isElder.value ? 'yes' : 'no');
  });

  function switchLanguage(): void {
    language.value = language.value === 'en' ? 'zh-CN' : 'en';
  }

  return { language, isElder, switchLanguage };
});
