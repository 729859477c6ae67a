export type * from './access.ts';
export { createClient } from './client.ts';
export type { TanhuiClient } from './client.ts';
export { everyItem } from './pages.ts';
export type * from './runs.ts';
export { ClientProblem, ClientUnreachable } from './problem.ts';
export type { ClientOptions, Locale, Paging } from './transport.ts';
export type * from './views.ts';
export type { LocalText } from './words.ts';
