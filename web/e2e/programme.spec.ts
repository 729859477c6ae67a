import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { clientOf } from './city.ts';
import { checkPage, enter } from './page-checks.ts';

const tracks = 'plugins/green-travel/data/example/dutch-gps-tracks.csv.gz';

/** The bundled real GPS tracks, imported as `npm run up` does. */
async function importTracks(): Promise<void> {
  const [head = '', ...lines] = gunzipSync(readFileSync(tracks)).toString().trim().split('\n');
  const names = head.split(',');
  const fieldsOf = (line: string) =>
    Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell.replaceAll('"', '')]));
  const { runs } = await clientOf('operator-demo');
  const { run } = await runs.open({ source: 'gps-track', programme: 'open-demo' });
  const records = lines.map((line, at) => ({ line: at + 1, fields: fieldsOf(line) }));
  await runs.send({ run, source: 'gps-track' }, records);
  await runs.finish(run);
}

test('an auditor looks at the real tracks, whose programme every page and every address keeps', async ({ page }) => {
  await importTracks();
  await enter(page, 'agency-demo');
  const picker = page.locator('[data-test=programme]');
  await expect(picker.locator('option:checked')).toHaveText('青岛模拟城市');
  await picker.selectOption('open-demo');
  await expect(page.locator('h1')).toContainText('2024年');
  await expect(page).toHaveURL(/#\/day\?programme=open-demo$/);
  await expect(page.locator('[data-test=accepted]')).not.toHaveText('0');
  await expect(page.getByText('公开轨迹演示（荷兰、美国公开数据） ·')).toBeVisible();
  await expect(page.getByText('演示因子，不是已发布的方法学。')).toBeVisible();
  for (const claim of await page.locator('[data-test=claim]').allTextContents()) expect(claim).toContain('对得上');
  await expect(page.getByRole('link', { name: '三方对账' })).toHaveCount(0);
  await checkPage(page, 'agency-tracks');

  await page.getByRole('link', { name: '批次', exact: true }).click();
  await expect(page).toHaveURL(/#\/batches\?programme=open-demo$/);
  await expect(page.locator('tbody tr')).not.toHaveCount(0);
  await page.getByRole('link', { name: '拒绝', exact: true }).click();
  await expect(page.locator('h1')).toBeVisible();
  await page.reload();
  await expect(picker).toHaveValue('open-demo');
  await picker.selectOption('qingdao-demo');
  await expect(page.locator('h1')).not.toContainText('2024年');
  await expect(page.getByRole('link', { name: '三方对账' })).toBeVisible();
});

test('a programme that is not there says so', async ({ page }) => {
  await enter(page, 'agency-demo');
  await page.goto('/agency.html#/day?programme=no-such');
  await page.reload();
  await expect(page.getByText('没有这个项目')).toBeVisible();
});
