export { createClient } from './client.ts';
export type { Paging, TanhuiClient } from './client.ts';
export { everyItem } from './pages.ts';
export { ClientProblem, ClientUnreachable } from './problem.ts';
export type { ClientOptions, Locale } from './transport.ts';
export type * from './views.ts';
export type { LocalText } from './words.ts';
