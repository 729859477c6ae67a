export { assets, balances, holds, journal } from './collections.ts';
export type { Asset, Leg } from './collections.ts';
export { accountRefusals, balanceOf, hold, postHold, postTransfer, voidHold } from './posting.ts';
export type { Balance, Transfer } from './posting.ts';
