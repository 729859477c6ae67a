import { beforeEach, describe, expect, it } from 'vitest';
import { batchVector, header, leaves, outcomeOf, preparedWorld, seal, text } from './support/vectors.ts';
import type { World } from './support/world.ts';
import { leafRules } from './support/world.ts';

const programme = 'qingdao-demo';
const dayMs = 86_400_000;
const leafSize = 64;
const table = header['methodologies'] as readonly object[];
let world: World;

beforeEach(async () => {
  world = await preparedWorld();
});

/** The vectors' batch with its leaves moved to a day, under a header that names another. */
function sealed(day: string, named: string) {
  const moved = Buffer.from(leaves);
  for (let at = 0; at < moved.length; at += leafSize)
    moved.writeUInt16BE(Date.parse(`${day}T00:00:00Z`) / dayMs, at + 8);
  const found = leafRules.recompute(moved, { day, methodologies: table.length });
  return seal(text({ ...header, ...found, day: named }), moved);
}

describe('a closed day', () => {
  it('is not gone around by a day that no calendar has, and that a computer takes for the closed one', async () => {
    const day = '2026-03-03';
    await world.call({ function: 'CloseDay', args: [programme, day] });
    expect(await outcomeOf(world, sealed(day, day))).toBe('DAY_CLOSED');
    expect(await outcomeOf(world, sealed(day, '2026-02-31'))).toBe('ARGUMENT_INVALID');
    const close = { function: 'CloseDay', args: [programme, '2026-02-31'] };
    expect(await outcomeOf(world, close)).toBe('ARGUMENT_INVALID');
  });

  it.each([
    ['2024-02-29', 'LEAVES_INVALID'],
    ['0000-01-01', 'LEAVES_INVALID'],
    ['2100-02-29', 'ARGUMENT_INVALID'],
    ['2026-04-31', 'ARGUMENT_INVALID'],
    ['2026-00-10', 'ARGUMENT_INVALID'],
  ])('%s is a day, with leaves of another, or none: %s', async (day, outcome) => {
    expect(await outcomeOf(world, seal(text({ ...header, day })))).toBe(outcome);
  });
});

describe('a line of a header’s methodologies', () => {
  const withTable = (lines: string): string =>
    batchVector.header.replace(/"methodologies":\[.*?\]/, () => `"methodologies":[${lines}]`);
  const [first = {}, ...others] = table;

  it.each([
    ['nothing', 'null'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['without its digest', text({ ...first, digest: undefined }).replace('"digest":undefined,', '')],
    ['with a name in it', [{ ...first, holder: '张三' }, ...others].map(text).join()],
    ['with a member that hides', `{"__proto__":1,${text(first).slice(1)}`],
  ])('is refused: %s', async (_, lines) => {
    expect(withTable(table.map(text).join())).toBe(batchVector.header);
    expect(await outcomeOf(world, seal(withTable(lines)))).toBe('ARGUMENT_INVALID');
  });
});
