import type { Receipt } from '@tanhui/sdk/model';
import type { Verification } from '@tanhui/sdk/verify';
import { describe, expect, it } from 'vitest';
import { proofStory } from './proof-steps.ts';

const receipt = { index: 311, path: Array(13).fill(''), header: { count: 5_000 } } as unknown as Receipt;

function storyOf(steps: Verification['steps']): readonly string[] {
  return proofStory(receipt, { isValid: true, steps, elapsedMs: 3 }).map(
    ({ title, sentence }) => `${title}｜${sentence}`,
  );
}

describe('the proof as a story', () => {
  it('tells what was checked in sentences, counting from one', () => {
    expect(
      storyOf([
        { id: 'record', outcome: 'passed', detail: '' },
        { id: 'place', outcome: 'passed', detail: '' },
        { id: 'signatures', outcome: 'passed', detail: 'CityMSP, PlatformMSP' },
        { id: 'checkpoint', outcome: 'not-yet', detail: '' },
      ]),
    ).toEqual([
      '这条记录｜内容与指纹一致',
      '在批次里的第 312 条｜5,000 条之一，13 步路径算得同一个根',
      '两家机构签名写入账本｜城市主管部门 · 平台 分别签名',
      '在共签的检查点之内｜尚未提供：检查点还没有生成',
    ]);
  });

  it('says where it broke and that later steps were not checked', () => {
    expect(
      storyOf([
        { id: 'record', outcome: 'failed', detail: '' },
        { id: 'place', outcome: 'not-reached', detail: '' },
      ]),
    ).toEqual(['这条记录｜内容与指纹不一致', '在批次里的第 312 条｜前一步没有通过，未核验']);
  });
});
