export type * from './views.ts';
export type { LocalText } from './words.ts';
