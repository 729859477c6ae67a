import { nextTick, ref } from 'vue';
import type { Ref } from 'vue';
import { sharedSay } from './texts.ts';

/** For an element that comes in answer to a press whose button is gone with it: the next key goes on from there. */
export const vTakeFocus = {
  mounted: (element: HTMLElement): void => {
    element.focus({ preventScroll: true });
  },
};

export interface Asking {
  readonly isAsked: Ref<boolean>;
  /** Leaves things as they are. */
  readonly keep: () => Promise<void>;
}

/** For an act that is asked about once more before it is done: the button that asks goes meanwhile, and has the focus again where it is not done. */
export function useAsking(button: Readonly<Ref<HTMLElement | null>>): Asking {
  const isAsked = ref(false);
  return {
    isAsked,
    keep: async () => {
      isAsked.value = false;
      await nextTick();
      button.value?.focus();
    },
  };
}

/**
 * Whoever works with the keyboard stays where he was: a button that is busy cannot hold the focus, so it gets it back when it is free again; where it is
 * gone, the title of the page gets it. Gives what to call when all is done.
 */
export function holdFocus(): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const held = document.activeElement;
  return () => {
    // Behind whatever the act's caller draws in answer.
    setTimeout(() => {
      if (!(held instanceof HTMLElement) || held === document.body || !isFree()) return;
      focusOn(held.isConnected ? held : titleOf(document));
    });
  };
}

export interface TitleKeeper {
  /** Another page was opened: its title gets the focus, as soon as it is drawn. */
  readonly opened: () => void;
  readonly stop: () => void;
}

/** The title that a page shows is the document's too, in the language it is read in. Many a page draws its title after its first answer only, and one that got none has no title: its content stands in. */
export function keepTitle(face: Element): TitleKeeper {
  let from: Element | null | undefined;
  const look = (): void => {
    const title = titleOf(face);
    document.title = documentTitle(title?.textContent ?? '');
    if (from === undefined || (title === null && face.querySelector('[aria-busy=true]') !== null)) return;
    if (isFree() || document.activeElement === from) focusOn(title ?? face.querySelector('main'));
    from = undefined;
  };
  const observer = new MutationObserver(look);
  observer.observe(face, { childList: true, subtree: true, characterData: true });
  return {
    opened: () => {
      from = document.activeElement;
      look();
    },
    stop: () => {
      observer.disconnect();
    },
  };
}

function documentTitle(shown: string): string {
  const name = sharedSay('shell.name');
  return [shown.trim(), name].filter((part, at) => part !== '' && !(at === 1 && shown.includes(name))).join(' · ');
}

function titleOf(where: ParentNode): HTMLElement | null {
  return where.querySelector('h1');
}

function isFree(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function focusOn(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}
