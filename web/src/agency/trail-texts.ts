import { wordsOf } from '../shared/words.ts';

/** Texts of the trail of acts. */
export const trailTexts = {
  'trail.action': ['动作', 'Act'],
  'trail.actor': ['谁', 'Who'],
  'trail.at': ['时间', 'Time'],
  'trail.broken': ['第 {n} 条的哈希对不上', 'The hash of entry {n} does not fit'],
  'trail.check': ['重算这一天的哈希', "Recompute the day's hashes"],
  'trail.hash': ['哈希', 'Hash'],
  'trail.lead': [
    '谁看过谁的数据、谁做过什么，逐条相接，删改会被发现。',
    'Who looked at whose data and who did what, chained entry to entry, so that a change shows.',
  ],
  'trail.reason': ['理由', 'Reason'],
  'trail.subject': ['对象', 'On'],
  'trail.title': ['审计留痕', 'Trail'],
  'trail.whole': ['{n} 条，完整', '{n} entry, whole|{n} entries, whole'],
} as const;

export const sayTrail = wordsOf(trailTexts);
