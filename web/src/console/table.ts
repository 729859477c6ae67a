/** A column 列 of a table: what is shown and searched, what it is ordered by, what a file gets. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Defaults to the text. */
  readonly order?: (row: Row) => string | number | bigint;
  /** Exact value for a file, where the text is rounded for the eye. */
  readonly exact?: { readonly title: string; readonly value: (row: Row) => string };
  readonly isNumber?: boolean;
  readonly tone?: 'grams' | 'fen' | 'proof' | 'look' | 'muted';
  readonly isHash?: boolean;
  /** Never broken over lines. */
  readonly isNarrow?: boolean;
}

export interface Order {
  readonly key: string;
  readonly isDescending: boolean;
}

/** Rows in which every word that was typed occurs somewhere. */
export function matching<Row>(rows: readonly Row[], columns: readonly Column<Row>[], typed: string): readonly Row[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const all = columns.map(({ text }) => text(row).toLowerCase()).join('\n');
    return words.every((word) => all.includes(word));
  });
}

export function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const column = columns.find(({ key }) => key === order?.key);
  if (column === undefined) return rows;
  const { text, order: valueOf = text } = column;
  const direction = order?.isDescending === true ? -1 : 1;
  return rows.toSorted((one, other) => direction * compared(valueOf(one), valueOf(other)));
}

/** The first press orders upwards, the second downwards, the third gives the list as it came. */
export function nextOrder(order: Order | undefined, key: string): Order | undefined {
  if (order?.key !== key) return { key, isDescending: false };
  return order.isDescending ? undefined : { key, isDescending: true };
}

export function fileRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[][] {
  return [
    columns.map(({ title, exact }) => exact?.title ?? title),
    ...rows.map((row) => columns.map(({ text, exact }) => (exact?.value ?? text)(row))),
  ];
}

function compared(one: string | number | bigint, other: string | number | bigint): number {
  if (typeof one === 'string' && typeof other === 'string') return one.localeCompare(other, 'zh-CN');
  return one < other ? -1 : one > other ? 1 : 0;
}
