import type { Day } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { parseSequenceId, sequenceId } from './ids.ts';

describe('an id that carries its day and number', () => {
  it('is taken apart into what it was made of, whichever came before', () => {
    const scopes = [
      { programme: 'qingdao-demo', day: '2026-11-29' as Day },
      { programme: 'qingdao-demo', day: '2026-11-30' as Day },
      { programme: 'qingdao', day: '2026-11-30' as Day },
    ];
    for (const prefix of ['act', 'rec'] as const)
      for (const scope of [...scopes, ...scopes.toReversed()])
        for (const sequence of [1, 42, 999_999_999])
          expect(parseSequenceId(sequenceId(prefix, scope, sequence))).toEqual({ ...scope, prefix, sequence });
  });

  it.each([
    '',
    'rec_20261129_qingdao_00000001',
    'rec_20261129_qingdao_0000000001',
    'rec_20261129_qingdao_00000000x',
    'rec_20261129_qingdao_00000001\n',
    'rec_2026112_qingdao_000000001',
    'rec_20261129_Qingdao_000000001',
    'rec_20261129__000000001',
    'bad_20261129_qingdao_000000001',
  ])('is nothing else: %j', (text) => {
    expect(parseSequenceId('rec_20261129_qingdao_000000001')?.sequence).toBe(1);
    expect(parseSequenceId(text)).toBeUndefined();
  });
});
