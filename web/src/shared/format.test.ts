import { describe, expect, it } from 'vitest';
import {
  addedText,
  columnUnitOf,
  count,
  distance,
  energy,
  fenOf,
  fullTime,
  grams,
  gramsText,
  longDay,
  percent,
  quantity,
  share,
  shortHash,
  yuan,
  yuanInput,
} from './format.ts';

describe('figures for people', () => {
  it('shows grams below 10 kg, then kilograms, then tonnes, rounded down', () => {
    expect(gramsText('1284999', 'zh-CN')).toBe('1,284 克');
    expect(gramsText('9999999', 'zh-CN')).toBe('9,999 克');
    expect(gramsText('10000000', 'zh-CN')).toBe('10.0 千克');
    expect(gramsText('3082459999', 'zh-CN')).toBe('3,082.4 千克');
    expect(gramsText('742619999999', 'en')).toBe('742.61 t');
  });

  it('does not round a small trip to nothing, and says zero for zero', () => {
    expect(gramsText('412', 'zh-CN')).toBe('0.4 克');
    expect(gramsText('0', 'zh-CN')).toBe('0 克');
    expect(gramsText('-1200000', 'zh-CN')).toBe('−1,200 克');
  });

  it('adds grams with one sign, and takes off what is below zero', () => {
    expect(addedText('1200000', 'zh-CN')).toBe('+ 1,200 克');
    expect(addedText('-1200000', 'zh-CN')).toBe('− 1,200 克');
    expect(addedText('0', 'en')).toBe('+ 0 g');
  });

  it('keeps one unit a column', () => {
    const unit = columnUnitOf(['3082400000', '12000']);
    expect(unit).toBe('kilogram');
    expect(grams('12000', 'en', unit)).toEqual({ value: '0.0', unit: 'kg' });
  });

  it('shows money with ¥ and two decimals', () => {
    expect(['0', '5', '318', '9640215', '-120'].map(yuan)).toEqual(['¥0.00', '¥0.05', '¥3.18', '¥96,402.15', '−¥1.20']);
  });

  it('reads yuan as whole fen, exactly', () => {
    expect(['3', '3.1', '3.18', '0.05'].map(fenOf)).toEqual(['300', '310', '318', '5']);
    expect(['', '3.189', '-1', '1e3', '¥3'].map(fenOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(fenOf(yuanInput('123456'))).toBe('123456');
  });

  it('separates thousands and shortens hashes', () => {
    expect(count(1204518)).toBe('1,204,518');
    expect(shortHash('d04b1f00000000119c')).toBe('d04b1f…119c');
    expect(distance(6200, 'zh-CN')).toBe('6.2 公里');
    expect(distance(300, 'en')).toBe('300 m');
    expect(energy(12340, 'zh-CN')).toBe('12.3 度');
  });

  it('names the day in both languages', () => {
    expect(longDay('2026-11-24', 'zh-CN')).toBe('11月24日 星期二');
    expect(longDay('2026-11-24', 'en')).toBe('Tuesday 24 November');
    const lateInTheDay = Date.parse('2027-11-29T03:38:00+08:00');
    expect(fullTime(lateInTheDay, 'zh-CN')).toBe('2027年11月29日 03:38');
    expect(fullTime(lateInTheDay, 'en')).toBe('29 November 2027 03:38');
  });

  it('gives bars their height and an empty whole no share', () => {
    expect(share('589000', '1178000')).toBe(0.5);
    expect(share('5', '0')).toBe(0);
  });

  it('rounds a share down: only the whole is 100 %, and something is not nothing', () => {
    expect(percent(1, 3)).toBe('33.3 %');
    expect(percent(2, 3)).toBe('66.6 %');
    expect(percent('999670', '1000000')).toBe('99.9 %');
    expect(percent('9007199254740992', '9007199254740993')).toBe('99.9 %');
    expect(percent(1_000, 1_000)).toBe('100.0 %');
    expect(percent(1, 1_000)).toBe('0.1 %');
    expect(percent(1, 1_001)).toBe('< 0.1 %');
    expect(percent(0, 7)).toBe('0.0 %');
    expect(percent(0, 0)).toBe('—');
  });
});

describe('quantities of a formula', () => {
  it('stay exact: only the point moves', () => {
    expect(quantity('30302', 'm', 'zh-CN')).toEqual({ value: '30.302', unit: '公里' });
    expect(quantity('1818120', 'mg', 'en')).toEqual({ value: '1,818.12', unit: 'g' });
    expect(quantity('2000', 'm', 'en')).toEqual({ value: '2', unit: 'km' });
    expect(quantity('0', 'mg', 'zh-CN')).toEqual({ value: '0', unit: '克' });
    expect(quantity('46.7', 'g/km', 'zh-CN')).toEqual({ value: '46.7', unit: '克/公里' });
  });
});
