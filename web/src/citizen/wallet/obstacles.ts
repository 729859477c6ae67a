import { sayWallet } from './texts.ts';

export interface ObstacleLook {
  readonly icon: string;
  /** Where the next step is, when it is one of our pages. */
  readonly go?: { readonly to: string; readonly text: string };
}

const ownLimits: readonly string[] = [
  'REWARDS_WALLET_FULL',
  'REWARDS_WALLET_SINGLE',
  'REWARDS_WALLET_DAILY',
  'REWARDS_WALLET_YEARLY',
];

/** What each thing in the way of a redemption looks like; its words come from the server. */
export function obstacleLook(code: string): ObstacleLook {
  if (code === 'REWARDS_NO_WALLET' || code === 'REWARDS_WALLET_CLASS')
    return { icon: 'wallet', go: { to: '/wallet/bind', text: sayWallet('obstacle.bind') } };
  if (code === 'REWARDS_NOTHING_REDEEMABLE')
    return { icon: 'clock', go: { to: '/trips', text: sayWallet('obstacle.trips') } };
  if (code === 'REWARDS_PAUSED') return { icon: 'pause' };
  if (code === 'REWARDS_WALLET_FROZEN' || code === 'REWARDS_WALLET_CLOSED')
    return { icon: 'no', go: { to: '/wallet/bind', text: sayWallet('obstacle.another') } };
  if (ownLimits.includes(code))
    return { icon: 'scale', go: { to: '/wallet/bind', text: sayWallet('obstacle.another') } };
  if (code === 'REWARDS_GATEWAY_UNAVAILABLE') return { icon: 'cloud-off' };
  return { icon: 'clock' };
}
