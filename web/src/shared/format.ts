import type { LocalText } from '@tanhui/sdk/client';
import { fen, yuanText } from '@tanhui/sdk/model';
import { locale } from './session.ts';

/** Words of a text in the person's language. */
export function words(text: LocalText): string {
  return text[locale.value];
}

/** Grams below 10 kg as 克, then 千克, then 吨. */
export function grams(milligrams: string): string {
  const whole = BigInt(milligrams) / 1_000n;
  const isChinese = locale.value === 'zh-CN';
  if (whole < 10_000n) return `${whole.toLocaleString('en')} ${isChinese ? '克' : 'g'}`;
  if (whole < 10_000_000n) return `${tenths(whole, 1_000n)} ${isChinese ? '千克' : 'kg'}`;
  return `${tenths(whole, 1_000_000n)} ${isChinese ? '吨' : 't'}`;
}

function tenths(value: bigint, unit: bigint): string {
  const parts = (value * 10n) / unit;
  return `${(parts / 10n).toLocaleString('en')}.${String(parts % 10n)}`;
}

export function yuan(amountFen: string): string {
  return `¥${yuanText(fen(amountFen))}`;
}

const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' });

export function time(at: number | undefined): string {
  return at === undefined ? '' : clock.format(at);
}

export function count(value: number): string {
  return value.toLocaleString('en');
}
