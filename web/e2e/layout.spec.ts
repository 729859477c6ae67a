import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { enter, open, settle } from './page-checks.ts';

// Web Vitals calls less than 0.1 good.
const mostShift = 0.1;
const answersAfterMs = 150;
const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };

/** Sums what moves without a person's doing, from the first paint of a document on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const found: { sum: number; what: string[] } = { sum: 0, what: [] };
    Object.assign(globalThis, { tanhuiShift: found });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: readonly { node?: Element }[];
      })[])
        if (!entry.hadRecentInput) {
          found.sum += entry.value;
          found.what.push(
            `${entry.value.toFixed(3)}: ${entry.sources.map(({ node }) => node?.className ?? node?.nodeName ?? '?').join(' | ')}`,
          );
        }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function shiftOf(page: Page): Promise<{ sum: number; what: string[] }> {
  await settle(page);
  await page.waitForTimeout(300);
  return page.evaluate(() => (globalThis as unknown as { tanhuiShift: { sum: number; what: string[] } }).tanhuiShift);
}

/** Opens an address as a fresh document, with answers that take their time as they do on a street. */
async function measure(page: Page, face: string, address: string): Promise<void> {
  await watchShifts(page);
  await page.route('**/v1/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, answersAfterMs));
    await route.continue().catch(() => undefined);
  });
  await page.goto('about:blank');
  await page.goto(`/${face}.html${address === '' ? '' : `#${address}`}`);
  const { sum, what } = await shiftOf(page);
  test.info().annotations.push({ type: 'shift', description: sum.toFixed(4) });
  expect(sum, what.join('\n')).toBeLessThan(mostShift);
}

test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

for (const size of [desk, phone])
  test(`the first page does not move while it is read, ${String(size.width)} wide`, async ({ page }) => {
    await page.setViewportSize(size);
    await measure(page, 'index', '');
    await expect(page.locator('[data-identity]').first()).toBeVisible();
  });

const yesterday = new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);

for (const address of ['/today', `/days/${yesterday}`, '/trips', '/wallet', '/proof', '/mine'])
  test(`a citizen's ${address} does not move while it is read`, async ({ page }) => {
    await page.setViewportSize(phone);
    await enter(page, 'ctz_sim-lan');
    await measure(page, 'citizen', address);
  });

test("a citizen's page does not move when its own script comes after the answers", async ({ page }) => {
  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan');
  let isHeldBack = false;
  await page.route('**/assets/MinePage-*.js', async (route) => {
    isHeldBack = true;
    await new Promise((resolve) => setTimeout(resolve, 4 * answersAfterMs));
    await route.continue().catch(() => undefined);
  });
  await measure(page, 'citizen', '/mine');
  expect(isHeldBack).toBe(true);
});

test("a citizen's record does not move while it is read", async ({ page }) => {
  await page.setViewportSize(phone);
  await enter(page, 'ctz_sim-lan', '/trips');
  const address = (await page.locator('[data-status=accepted]').first().getAttribute('href')) ?? '';
  await measure(page, 'citizen', address.replace(/^#/, ''));
});

for (const [identity, face, addresses] of [
  [
    'agency-demo',
    'agency',
    ['/day', '/batches', '/records', '/reconciliation', '/appeals', '/appeals/decided', '/trail'],
  ],
  ['operator-demo', 'agency', ['/money', '/operations']],
  ['partner-demo', 'partner', ['/runs', '/send', '/budgets', '/credentials']],
] as const)
  for (const address of addresses)
    for (const size of [desk, phone])
      test(`${face} ${address} does not move while it is read, ${String(size.width)} wide`, async ({ page }) => {
        await page.setViewportSize(size);
        await enter(page, identity);
        await open(page, address);
        await measure(page, face, address);
      });
