import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Locator, Page, Route } from '@playwright/test';
import axe from 'axe-core';

const languages = ['en', 'zh-CN'] as const;
const schemes = ['dark', 'light'] as const;

/** What holds of every page: in both languages, light and dark, no accessibility violation, nothing wider than the screen, and a picture to look at. */
export async function checkPage(page: Page, name: string): Promise<void> {
  for (const language of languages) {
    await speak(page, language);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    await checkWidth(page, `${name}, ${language}`);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await checkAccess(page, `${name}, ${language}, ${colorScheme}`);
      await page.screenshot({ path: `test-results/pages/${name}-${language}-${colorScheme}.png`, fullPage: true });
    }
  }
}

/** The page as it stands, without reading it again in another language: for what a person has typed or opened. */
export async function checkAsItStands(page: Page, name: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await checkAccess(page, `${name}, ${colorScheme}`);
    await page.screenshot({ path: `test-results/pages/${name}-${colorScheme}.png`, fullPage: true });
  }
}

/** A document takes axe in once and is asked for what is wrong alone: the pages have no frames, and what is right would be most of the answer. */
async function checkAccess(page: Page, where: string): Promise<void> {
  expect(page.frames().length, `${where}: axe reads one document, without frames`).toBe(1);
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'],
      resultTypes: ['violations'],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
  expect(found, where).toEqual([]);
}

async function checkWidth(page: Page, where: string): Promise<void> {
  const { wide, shown } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    shown: document.documentElement.clientWidth,
  }));
  expect(wide, `${where}: nothing may be wider than the screen`).toBeLessThanOrEqual(shown);
}

export async function speak(page: Page, language: 'en' | 'zh-CN'): Promise<void> {
  await page.evaluate((chosen) => {
    localStorage.setItem('tanhui.language', chosen);
  }, language);
  await page.reload();
  await settle(page);
}

/** The address that the browser shows has been drawn, and nothing is being read any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const [path = ''] = location.hash.slice(1).split('?');
    const { address } = document.documentElement.dataset;
    return (
      address !== undefined && (path === '' || path === '/' || decodeURIComponent(path) === decodeURIComponent(address))
    );
  });
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
}

/** States that a running demo does not show by itself: the server's answer is changed on its way, in the shape that the server gives it. */
export async function change(
  page: Page,
  path: string | RegExp,
  alter: (answer: Record<string, unknown>) => unknown,
): Promise<void> {
  await page.route(path, async (route: Route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: alter((await response.json()) as Record<string, unknown>) });
  });
}

/** Asks for a list one item a page, so that a short one has a second page. */
export async function askOneByOne(page: Page, path: RegExp): Promise<void> {
  await page.route(path, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '1');
    return route.continue({ url: url.href });
  });
}

/** A list on a page of the console that was asked for one by one: the day has more than it shows, and in the end all of it, as a file has. */
export async function checkPages(page: Page, list: { readonly rows: number; readonly name: string }): Promise<void> {
  const rows = page.locator('[data-row]');
  const more = page.locator('[data-test=more]');
  const said = page.locator('.table-sheet h2 [role=status]');
  await expect(rows).toHaveCount(1);
  await expect(more).toBeVisible();
  await expect(said).toHaveText('已显示 1 行，后面还有');
  await checkPage(page, list.name);
  for (let shown = 1; shown < list.rows; shown += 1) {
    await more.click();
    await expect(rows).toHaveCount(shown + 1);
  }
  await expect(more).toHaveCount(0);
  await expect(said).toHaveText(`${String(list.rows)} 行`);
}

/** Rows of the file that a table gives. */
export async function rowsOfFile(page: Page): Promise<number> {
  const download = page.waitForEvent('download');
  await page.locator('[data-test=csv]').click();
  const text = readFileSync(await (await download).path(), 'utf8');
  return text.trim().split('\r\n').length - 1;
}

/** Signs a demo identity in and opens an address of its face. */
export async function enter(page: Page, identity: string, address = ''): Promise<void> {
  await page.goto('/');
  await page.locator(`[data-identity="${identity}"]`).click();
  await page.waitForURL(/(citizen|agency|partner)[.]html/);
  if (address !== '') await open(page, address);
  await settle(page);
}

export async function open(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await settle(page);
}

/** The demonstration's own campaign among those that the journeys open. */
export function demoCampaign(page: Page): Locator {
  return page.locator('[data-test=campaign]').filter({ hasText: '绿色出行奖励' });
}

/** Says why one looks at what is somebody's. */
export async function look(page: Page, reason: string): Promise<void> {
  await page.locator('[data-test=gate]').getByRole('textbox').fill(reason);
  await page.locator('[data-test=look-on]').click();
}

/** Follows a link to where it says. */
export async function follow(page: Page, link: Locator): Promise<void> {
  const address = (await link.getAttribute('href'))?.replace(/^.*#/, '') ?? '';
  await link.click();
  await page.waitForURL((url) => url.hash === `#${address}`);
  await settle(page);
}
