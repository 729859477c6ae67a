import { wordsOf } from '../../shared/words.ts';

/** Texts of the sponsor's budgets. */
export const budgetTexts = {
  'budget.adds': [
    '存入 = 剩余 + 付款中 + 已付，任何时候都对得上。',
    'Paid in = left + under way + paid, at every moment.',
  ],
  'budget.bar': [
    '存入 {paidIn}：已付 {paid}，付款中 {reserved}，剩余 {left}',
    '{paidIn} paid in: {paid} paid, {reserved} under way, {left} left',
  ],
  'budget.left': ['剩余', 'Left'],
  'budget.of': ['存入 {paidIn} 的 {share}', '{share} of {paidIn} paid in'],
  'budget.paid': ['已付', 'Paid'],
  'budget.paidIn': ['存入', 'Paid in'],
  'budget.payments': ['{n} 笔', '{n} payment|{n} payments'],
  'budget.reserved': ['付款中', 'Under way'],
  'budget.returned': ['付不出而退回', 'Came back unpaid'],
  'budget.returns': ['{n} 笔，已回到剩余', '{n} payment, left again|{n} payments, left again'],
  'budgets.lead': [
    '你出资的活动：存入多少，付给市民多少，还剩多少。',
    'The campaigns that you pay for: what you paid in, what citizens got, and what is left.',
  ],
  'budgets.none': [
    '还没有由你出资的活动。活动由平台运营设立；写上你的机构以后，预算就在这里。',
    'No campaign names your organisation as its sponsor. The operator sets campaigns up; once one names you, its budget stands here.',
  ],
  'days.from': ['{from} 起', 'from {from}'],
  'days.range': ['{from} 至 {to}', '{from} to {to}'],
  'money.none': ['这个项目不发放资金，没有预算。', 'This programme pays no money: there are no budgets.'],
  'standing.ample': ['充足', 'Ample'],
  'standing.ended': ['已结束', 'Ended'],
  'standing.ended.next': ['活动已结束，不再兑换。', 'The campaign has ended; nothing is redeemed any more.'],
  'standing.low': ['快用完', 'Running low'],
  'standing.low.next': [
    '剩余不到存入的十分之一。用完以后市民不能兑换，请联系平台运营追加预算。',
    'Less than a tenth of what you paid in is left. Once it is used up nobody can redeem: ask the operator to add to it.',
  ],
  'standing.paused': ['已暂停', 'Paused'],
  'standing.paused.next': [
    '平台运营暂停了活动：现在不能兑换，已经兑换的照常付。',
    'The operator has paused the campaign: nothing can be redeemed now; what was redeemed is still paid.',
  ],
  'standing.used-up': ['已用完', 'Used up'],
  'standing.used-up.next': [
    '预算用完了，市民现在不能兑换，减排量都还在。请联系平台运营追加，存入后马上恢复。',
    'The budget is used up: citizens cannot redeem now, and keep their grams. Ask the operator to add to it; redeeming goes on at once.',
  ],
} as const;

export const sayBudget = wordsOf(budgetTexts);
