import type { ReasonView } from '@tanhui/sdk/client';
import type { RefusalTexts } from './errors.ts';

/** A stored code as people read it. */
export function reasonOf(texts: RefusalTexts, code: string): ReasonView {
  const text = texts(code);
  if (text === undefined)
    return { code, text: { 'zh-CN': code, en: code }, next: { 'zh-CN': '请联系平台', en: 'Contact the platform' } };
  return { code, text: { 'zh-CN': text['zh-CN'], en: text.en }, next: text.next };
}
