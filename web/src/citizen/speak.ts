import { onBeforeUnmount, ref, watch } from 'vue';
import { language } from '../shared/language.ts';
import { usePreferences } from '../shared/preferences.ts';

/** 朗读: what the page in front would say of itself; the shell's button reads it. */
export const sentence = ref('');
export const isSpeaking = ref(false);

/** A page gives its one sentence; in elder mode it is read as soon as it is known. */
export function useSentence(text: () => string): void {
  const preferences = usePreferences();
  watch(
    text,
    (now) => {
      sentence.value = now;
      if (preferences.isElder && now !== '') speak();
    },
    { immediate: true },
  );
  onBeforeUnmount(() => {
    sentence.value = '';
    hush();
  });
}

export function canSpeak(): boolean {
  return 'speechSynthesis' in globalThis;
}

export function speak(): void {
  if (!canSpeak() || sentence.value === '') return;
  hush();
  const utterance = new SpeechSynthesisUtterance(sentence.value);
  utterance.lang = language.value;
  utterance.rate = 0.9;
  utterance.onend = () => {
    isSpeaking.value = false;
  };
  isSpeaking.value = true;
  speechSynthesis.speak(utterance);
}

export function hush(): void {
  if (canSpeak()) speechSynthesis.cancel();
  isSpeaking.value = false;
}
