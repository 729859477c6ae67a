import { wordsOf } from './words.ts';

/** Who stands behind a signature, as people call them. */
export const partyTexts = {
  'party.CityMSP': ['城市主管部门', "the city's agency"],
  'party.PlatformMSP': ['平台', 'the platform'],
} as const;

const say = wordsOf(partyTexts);

export function partyName(mspId: string): string {
  const key = `party.${mspId}`;
  return key in partyTexts ? say(key as keyof typeof partyTexts) : mspId;
}
