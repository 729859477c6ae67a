import type { PageOf } from './views.ts';

/** Walks a list to its end, page after page, stopping at a limit of items so that no caller reads without bound. */
export async function* everyItem<Item>(
  page: (cursor: string | undefined) => Promise<PageOf<Item>>,
  limit: number,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  let given = 0;
  do {
    const { items, next } = await page(cursor);
    for (const item of items) {
      if (given === limit) return;
      given += 1;
      yield item;
    }
    cursor = next;
  } while (cursor !== undefined);
}
