// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextTick, shallowRef } from 'vue';
import { useAct } from './act.ts';
import { keepTitle, useAsking } from './focus.ts';
import type { TitleKeeper } from './focus.ts';
import { language } from './language.ts';

const link = '<a id="link" href="#x">x</a>';
const busy = '<div aria-busy="true"></div>';
let titles: TitleKeeper;
let face: HTMLElement;

const settled = () => new Promise((resolve) => setTimeout(resolve));
const focused = () => document.activeElement?.id;

function find(id: string): HTMLElement {
  return document.querySelector(`#${id}`) as HTMLElement;
}

async function draw(content: string): Promise<void> {
  find('page').innerHTML = content;
  await settled();
}

beforeEach(() => {
  document.body.innerHTML = `<div id="app">${link}<main id="main" tabindex="-1"><div id="page"></div></main></div>`;
  face = find('app');
  titles = keepTitle(face);
});

afterEach(() => {
  titles.stop();
  language.value = 'zh-CN';
});

describe('the title of a page', () => {
  it('is the document’s, in the language it is read in', async () => {
    await draw('<h1>批次</h1>');
    expect(document.title).toBe('批次 · 碳惠');
    language.value = 'en';
    await draw('<h1>Batches</h1>');
    expect(document.title).toBe('Batches · Tanhui');
    await draw('<h1>Tanhui 碳惠</h1>');
    expect(document.title).toBe('Tanhui 碳惠');
  });

  it('gets the focus of the link that led there, also where it is drawn after the first answer', async () => {
    find('link').focus();
    await draw(busy);
    titles.opened();
    await settled();
    expect([focused(), document.title]).toEqual(['link', '碳惠']);
    await draw('<h1 id="title" tabindex="-1">批次</h1>');
    expect(focused()).toBe('title');
    await draw('<h1 id="later" tabindex="-1">批次 2</h1>');
    expect(focused()).not.toBe('later');
  });

  it('takes the focus from nothing that was chosen while it was awaited', async () => {
    await draw(`${busy}<button id="chosen"></button>`);
    titles.opened();
    find('chosen').focus();
    find('page').insertAdjacentHTML('beforeend', '<h1 id="title" tabindex="-1">批次</h1>');
    await settled();
    expect(focused()).toBe('chosen');
  });

  it('has the content stand in where a page got no answer', async () => {
    await draw(busy);
    titles.opened();
    await draw('<p role="alert">没有批次</p>');
    expect(focused()).toBe('main');
  });
});

describe('the focus of an act', () => {
  async function press(atTheEnd: (button: HTMLButtonElement) => void): Promise<void> {
    await draw('<h1 id="title" tabindex="-1">批次</h1><button id="go"></button>');
    const button = find('go') as HTMLButtonElement;
    button.focus();
    await useAct().run(() => {
      button.blur();
      return Promise.resolve();
    });
    atTheEnd(button);
    await settled();
  }

  it('comes back to the button that was busy', async () => {
    await press(() => undefined);
    expect(focused()).toBe('go');
  });

  it('goes to the title where the button is gone', async () => {
    await press((button) => {
      button.remove();
    });
    expect(focused()).toBe('title');
  });

  it('stays where it went meanwhile', async () => {
    await press(() => {
      find('link').focus();
    });
    expect(focused()).toBe('link');
  });
});

describe('the focus of an act that is asked about once more', () => {
  it('is the button’s again where it is not done, once the button has been drawn again', async () => {
    await draw('<button id="keep"></button>');
    find('keep').focus();
    const button = shallowRef<HTMLElement | null>(null);
    const { isAsked, keep } = useAsking(button);
    isAsked.value = true;
    // As Vue draws it: after what changed, before whoever waits for the next tick.
    void nextTick(() => {
      find('page').innerHTML = '<button id="go"></button>';
      button.value = find('go');
    });
    await keep();
    expect([focused(), isAsked.value]).toEqual(['go', false]);
  });
});
