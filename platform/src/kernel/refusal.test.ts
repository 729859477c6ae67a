import { describe, expect, it } from 'vitest';
import { filledText } from './refusal.ts';

describe('the text of a refusal', () => {
  it('has its places filled by the details of their names, fen as money', () => {
    expect(filledText('现在最多可兑 {redeemableFen}，第 {line} 行', { redeemableFen: '123456705', line: 7 })).toBe(
      '现在最多可兑 ¥1,234,567.05，第 7 行',
    );
    expect(filledText('{leftFen}', { leftFen: '5' })).toBe('¥0.05');
  });

  it('keeps a place that no detail fills, and has nothing to do with a text without one', () => {
    expect(filledText('{leftFen} left', {})).toBe('{leftFen} left');
    expect(filledText('used up', { leftFen: '0' })).toBe('used up');
  });
});
