import { wordsOf } from '../shared/words.ts';

/** Texts of the agency's and the operator's console. */
export const agencyTexts = {
  'adds.from': ['逐批重算后与日报对照', 'Every batch recomputed and held against the day'],
  'adds.late': ['入账 = 已封存 + 待封存 + 错过日结', 'posted = sealed + waiting + missed the close'],
  'adds.standing.agrees': ['对得上', 'agrees'],
  'adds.standing.differs': ['对不上', 'does not agree'],
  'adds.standing.too-late': ['有记录错过日结', 'records missed the close'],
  'adds.standing.under-way': ['封存中', 'under way'],
  'adds.title': ['这一天对得上吗', 'Does the day add up'],
  'adds.waiting': ['入账 = 已封存 + 待封存', 'posted = sealed + waiting'],
  'batches.title': ['批次', 'Batches'],
  'batches.total': [
    '这一天已封存 {n} 批，{records} 条，共 {grams}。',
    '{n} batch sealed on this day: {records} records, {grams}.|{n} batches sealed on this day: {records} records, {grams}.',
  ],
  'blocks.chain': ['链', 'Chain'],
  'blocks.code': ['校验码', 'Validation code'],
  'blocks.data': ['数据哈希', 'Data hash'],
  'blocks.hash': ['区块哈希', 'Header hash'],
  'blocks.lead': [
    '每个区块头都写着前一块的哈希。哈希在本机重算，再与下一块里写的对照。',
    'Each header holds the hash of the one before. Hashes are recomputed here and compared with what the next block says.',
  ],
  'blocks.linked': [
    '{n} 块首尾相接，本机重算一致',
    '{n} block, linked and recomputed here|{n} blocks, linked and recomputed here',
  ],
  'blocks.number': ['区块', 'Block'],
  'blocks.previous': ['前一块哈希', 'Hash before'],
  'blocks.title': ['区块', 'Blocks'],
  'blocks.transactions': ['交易', 'Transactions'],
  'blocks.unlinked': ['第 {n} 块对不上：请停止使用并联系平台', 'Block {n} does not fit: stop and contact the platform'],
  'campaign.budget.left': ['预算剩余', 'Budget left'],
  'campaign.budget.paid': ['已付', 'Paid'],
  'campaign.budget.paidIn': ['出资方存入', 'Paid in'],
  'campaign.budget.reserved': ['付款中', 'Being paid'],
  'campaign.budget.returned': ['付不出而退回（已计入剩余）', 'Came back unpaid (left again)'],
  'campaign.cap': ['每人每日上限', 'Daily cap'],
  'campaign.monthly': ['每人每月上限', 'Monthly cap'],
  'campaign.name': ['活动', 'Campaign'],
  'campaign.price': ['单价', 'Price'],
  'campaign.priceIs': ['{yuan} / {grams}', '{yuan} per {grams}'],
  'campaign.sponsor': ['出资方', 'Sponsor'],
  'campaign.standing.low': ['预算快用完', 'Budget running low'],
  'campaign.standing.used-up': ['预算已用完', 'Budget used up'],
  'campaign.state': ['状态', 'State'],
  'campaigns.title': ['活动与预算', 'Campaigns and budgets'],
  'control.intake': ['接入：全部来源', 'Intake: every source'],
  'control.payments': ['付款', 'Payments'],
  'control.sealing': ['封存', 'Sealing'],
  'control.source': ['接入：{source}', 'Intake: {source}'],
  'controls.help': [
    '暂停后，正在做的会做完，新的不再开始，什么都不会丢。',
    'Paused work ends what is under way and begins nothing new; nothing is lost.',
  ],
  'controls.title': ['开关', 'Controls'],
  'day.accepted': ['接受的行程', 'Accepted trips'],
  'day.byEvidence': ['按证据等级', 'By evidence'],
  'day.byHour': ['每小时减排量，按方式', 'Reduction by hour and mode'],
  'day.byMode': ['按方式', 'By mode'],
  'day.choose': ['日期', 'Day'],
  'day.closableAt': [
    '这一天的记录还可能在路上；{at} 起可以日结。',
    'Records of this day may still be on their way; it can be closed from {at} on.',
  ],
  'day.close': ['日结', 'Close the day'],
  'day.closeConfirm': ['确认日结', 'Close it now'],
  'day.closeHelp': [
    '日结把这一天的批次和总量写上账本。之后这一天不再收记录，更正只能写进还开着的日子，不能撤回。',
    "Closing writes the day's batches and totals onto the ledger. It takes no more records, corrections go into an open day, and it cannot be undone.",
  ],
  'day.closeOn': ['继续日结', 'Go on closing it'],
  'day.closed': ['已日结', 'Closed'],
  'day.closing': ['日结未完成', 'Close not done'],
  'day.closingHelp': [
    '日结已经开始：这一天不再收记录，但账本上还没有日结，因为还有记录没能封存，或账本没有应答。封存恢复后继续即可，不会重复。',
    'The close is begun: the day takes no more records, and is not closed on the ledger yet, because records could not be sealed or the ledger did not answer. Go on when sealing does; nothing is done twice.',
  ],
  'day.held': ['暂缓 {n}', '{n} held'],
  'day.hour': ['{hour} 时', '{hour}:00'],
  'day.keep': ['先不', 'Not now'],
  'day.ledger': ['最新区块', 'Newest blocks'],
  'day.ledgerAll': ['看全部区块', 'All blocks'],
  'day.noRefusals': ['这一天没有拒绝', 'Nothing was refused on this day'],
  'day.none': ['这一天没有减排量', 'No reduction on this day'],
  'day.open': ['未日结', 'Open'],
  'day.paid': ['兑付', 'Paid out'],
  'day.paidOf': [
    '兑换 {redeemed} · 退回 {returned} · 付款中 {underWay}',
    '{redeemed} redeemed · {returned} given back · {underWay} under way',
  ],
  'day.peak': ['最高 {hour} 时，{grams}', 'highest at {hour}:00 with {grams}'],
  'day.read': ['读入 {n} 条，每条都有去处', '{n} record read, each accounted for|{n} records read, each accounted for'],
  'day.records': ['下载当天记录（CSV）', 'Records of the day (CSV)'],
  'day.reduction': ['减排量', 'Reduction'],
  'day.refused': ['拒绝的行程', 'Refused trips'],
  'day.refusedShare': ['占全部行程的 {share}', '{share} of all trips'],
  'day.reversed': [
    '冲正 {n} 条，减排量已扣除',
    '{n} trip reversed, its grams taken off|{n} trips reversed, their grams taken off',
  ],
  'day.ripe': ['现在就可以日结的一天：{day}', 'A day that can be closed now: {day}'],
  'day.sealed': ['已封存记录', 'Sealed records'],
  'day.sealedIn': ['{n} 批', 'in {n} batch|in {n} batches'],
  'day.stillWaiting': ['待封存 {grams}', '{grams} waiting for the seal'],
  'day.tooLate': [
    '{n} 条错过日结（{grams}），不在这一天的封存里',
    '{n} record ({grams}) missed the close and is not in the seals of this day|{n} records ({grams}) missed the close and are not in the seals of this day',
  ],
  'day.trips': ['行程', 'Trips'],
  'day.verify': ['在浏览器里核验这一天', 'Verify the day in the browser'],
  'day.verifyAgrees': [
    '{batches} 批、{n} 条、{grams} 全部重算一致，用时 {ms} 毫秒',
    '{batches} batches, {n} records, {grams}: all recomputed and equal, in {ms} ms',
  ],
  'day.verifyDiffers': ['这些批次对不上：{batches}', 'These batches differ: {batches}'],
  'day.verifyNothing': [
    '这一天还没有封存的批次，没有可以核验的',
    'No batch of this day is sealed yet: there is nothing to verify',
  ],
  'day.verifySum': [
    '批次逐一重算一致，但合计 {n} 条、{grams}，与日报的 {dayN} 条、{dayGrams} 不同',
    'Each batch is equal, but together they hold {n} records, {grams}; the day says {dayN} records, {dayGrams}',
  ],
  'day.verifying': ['正在重算 {n} / {of} 批', 'Recomputing {n} of {of} batches'],
  'function.CloseDay': ['日结', 'Day closed'],
  'function.RegisterMethodology': ['登记方法学', 'Methodology registered'],
  'function.SealBatch': ['封存批次', 'Batch sealed'],
  'function.SealSettlements': ['封存结算', 'Settlements sealed'],
  'function.configuration': ['网络配置', 'Network configuration'],
  'method.confidence': ['可信度', 'Confidence'],
  'method.demo': ['演示因子，不是已发布的方法学', 'Demonstration factors, not a published methodology'],
  'method.digest': ['指纹', 'Digest'],
  'method.from': ['生效', 'From'],
  'method.id': ['编号与版本', 'Id and version'],
  'method.name': ['名称', 'Name'],
  'method.source': ['来源', 'Source'],
  'method.status': ['性质', 'Kind'],
  'method.title': ['方法学', 'Methodologies'],
  'method.to': ['失效', 'Until'],
  'method.used': ['据公开来源', 'From a public source'],
  'money.none': ['这个项目不发放资金，没有活动和付款。', 'This programme pays no money: no campaigns, no payments.'],
  'operations.title': ['运行', 'Operations'],
  'pause.act.pause': ['暂停', 'Pause'],
  'pause.act.resume': ['恢复', 'Resume'],
  'pause.paused': ['已暂停', 'Paused'],
  'pause.reason': ['理由（写入审计留痕）', 'Reason (stands in the trail)'],
  'pause.running': ['进行中', 'Running'],
  'payment.act.ask': ['现在询问', 'Ask now'],
  'payment.act.decide': ['按对账单结案', 'Decide by statement'],
  'payment.amount': ['金额', 'Amount'],
  'payment.attempts': ['询问次数', 'Asked'],
  'payment.id': ['付款', 'Payment'],
  'payment.manual': ['待人工', 'By hand'],
  'payment.next': ['下次询问', 'Asked next'],
  'payment.none': ['没有结果不明的付款', 'No payment is unresolved'],
  'payment.note': ['依据（写入审计留痕）', 'Grounds (stand in the trail)'],
  'payment.said': ['通道的回答', 'What the gateway said'],
  'payment.since': ['自', 'Since'],
  'payment.state': ['状态', 'State'],
  'payment.title': ['待确认付款', 'Unresolved payments'],
  'payment.unknown': ['等待确认', 'Being asked'],
  'payments.help': [
    '结果不明的付款不会再付一次：只能询问通道，或以银行对账单结案。',
    "An unknown payment is never paid again: it is asked for, or ended by the bank's statement.",
  ],
  'place.appeals': ['申诉', 'Appeals'],
  'place.batches': ['批次', 'Batches'],
  'place.blocks': ['区块', 'Blocks'],
  'place.day': ['日报', 'Day'],
  'place.methodologies': ['方法学', 'Methodologies'],
  'place.money': ['活动与付款', 'Money'],
  'place.reconciliation': ['三方对账', 'Reconciliation'],
  'place.refusals': ['拒绝', 'Refusals'],
  'place.trail': ['审计留痕', 'Trail'],
  'programme.choose': ['项目', 'Programme'],
  'record.title': ['重算一条记录', 'Recompute a record'],
  'refusal.all': ['全部原因', 'All reasons'],
  'refusal.code': ['代码', 'Code'],
  'refusal.field': ['字段', 'Field'],
  'refusal.line': ['行号', 'Line'],
  'refusal.mode': ['方式', 'Mode'],
  'refusal.records': ['记录', 'Records'],
  'refusal.source': ['来源', 'Source'],
  'refusal.text': ['原因', 'Reason'],
  'refusal.title': ['拒绝原因', 'Refusals by code'],
  'refusals.title': ['被拒绝的记录', 'Refused records'],
  'state.prepared': ['待封存', 'Waiting'],
  'state.sealed': ['已封存', 'Sealed'],
  'state.too-late': ['错过日结', 'Missed the close of its day'],
  title: ['碳惠 监管台', 'Tanhui agency'],
  'title.operator': ['碳惠 运营台', 'Tanhui operator'],
} as const;

export const sayAgency = wordsOf(agencyTexts);

/** What the transactions of a block did, each kind once with how often: `封存批次 × 3`. */
export function transactionsText(functions: readonly string[]): string {
  return [...new Set(functions)]
    .map((one) => {
      const times = functions.filter((each) => each === one).length;
      return times === 1 ? functionName(one) : `${functionName(one)} × ${String(times)}`;
    })
    .join('、');
}

function functionName(name: string): string {
  const key = `function.${name}`;
  return key in agencyTexts ? sayAgency(key as 'function.SealBatch') : name;
}

/** What can be paused, as people call it; a single source by its id. */
export function controlName(control: string): string {
  const [kind = '', source] = control.split('.');
  if (source !== undefined) return sayAgency('control.source', { source });
  const key = `control.${kind}`;
  return key in agencyTexts ? sayAgency(key as 'control.sealing') : control;
}
