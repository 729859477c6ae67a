export { demoCampaign, fenFor, milligramsFor } from './campaign.ts';
export type { Campaign } from './campaign.ts';
export { gramsOf } from './grams.ts';
export type { Grams } from './grams.ts';
export { finishRedemption, openBudget, quote, redeem, redemptionCaps, redemptions } from './redemption.ts';
export type { Quote, RedemptionDocument, RewardDeps } from './redemption.ts';
export { rewardRefusals } from './refusals.ts';
