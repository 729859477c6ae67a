import { wordsOf } from '../../shared/words.ts';

/** Texts of 我的. */
export const mineTexts = {
  'accounts.bind': ['绑定新账户', 'Bind another account'],
  'accounts.bound': ['{date} 授权', 'consent of {date}'],
  'accounts.empty': ['还没有绑定账户，行程不会归到你名下。', 'No account is bound, so no trips are credited to you.'],
  'accounts.lead': [
    '每个来源单独授权，随时可以撤回。卡号不会保存，只留一个不能还原的代号。',
    'Each source has its own consent, to be withdrawn at any time. Card numbers are not kept: only a name that cannot be turned back.',
  ],
  'accounts.title': ['账户与授权', 'Accounts and consent'],
  'accounts.withdraw': ['撤回', 'Withdraw'],
  'appeal.act': ['提交申诉', 'Send the appeal'],
  'appeal.field': ['请说明情况', 'Say what happened'],
  'appeal.hint': [
    '最多 500 字。请不要写身份证号或卡号。',
    'At most 500 characters. Please write no id or card numbers.',
  ],
  'appeal.title': ['申诉', 'Appeal'],
  'appeals.answer': ['答复：{answer}', 'Answer: {answer}'],
  'appeals.decided': ['{at} 答复', 'Answered {at}'],
  'appeals.empty': [
    '没有申诉。对未计入的行程有异议时，可以在那条行程里申诉。',
    'No appeals. To object to a trip that was not counted, open that trip.',
  ],
  'appeals.filed': ['{at} 提交', 'Filed {at}'],
  'appeals.lead': ['由人来看，结果会在这里。', 'A person looks at each; the answer shows here.'],
  'appeals.outcome.counted': ['这段行程现在计入了，减排量已到账。', 'The trip counts now, and its grams are yours.'],
  'appeals.outcome.taken-back': ['这段行程已冲正，减排量已扣回。', 'The trip was taken back, and its grams with it.'],
  'appeals.outcome.unchanged': ['行程和减排量没有变化。', 'Trip and grams are as they were.'],
  'appeals.status.declined': ['维持原判', 'Declined'],
  'appeals.status.open': ['处理中', 'Being looked at'],
  'appeals.status.upheld': ['已支持', 'Upheld'],
  'appeals.title': ['我的申诉', 'My appeals'],
  'bind.account': ['账户或卡号', 'Account or card number'],
  'bind.act': ['同意并绑定', 'Agree and bind'],
  'bind.consent': [
    '我已阅读并同意以上授权（{version} 版）',
    'I have read this consent and give it (version {version})',
  ],
  'bind.source': ['来源', 'Source'],
  'bind.title': ['绑定账户', 'Bind an account'],
  'erase.act': ['永久删除', 'Erase for good'],
  'erase.confirm': ['请输入“{word}”以确认', 'Type “{word}” to confirm'],
  'erase.done': ['已删除', 'Erased'],
  'erase.doneText': [
    '{records} 条记录的内容和 {accounts} 个账户的密钥已经销毁。账本上的汇总仍可核验，但再也不能指向你。',
    'The content of {records} records and the keys of {accounts} accounts are gone. Totals on the ledger still verify, but lead to you no more.',
  ],
  'erase.lead': ['删除后不能恢复，请先看清会发生什么：', 'This cannot be undone. What will happen:'],
  'erase.leave': ['离开', 'Leave'],
  'erase.title': ['删除我的数据', 'Erase my data'],
  'erase.what.1': [
    '你的行程、记录内容、授权和钱包绑定都会删除。',
    'Your trips, the content of records, consents and wallet binding are deleted.',
  ],
  'erase.what.2': ['没有兑换的减排量会作废，不能转给别人。', 'Grams not redeemed are void and go to nobody.'],
  'erase.what.3': [
    '账本上的汇总不变，但开启它们的密钥会销毁：再也没有人能把它们和你联系起来。',
    'Totals on the ledger stay, but the keys that open them are destroyed: nobody can link them to you.',
  ],
  'erase.what.4': [
    '以后再导入同一账户的记录会被拒绝，不会重新产生减排量。',
    'Records of these accounts that come again are refused: nothing is earned twice.',
  ],
  'erase.what.5': ['已保存的凭证文件还能核验。', 'Receipt files you saved still verify.'],
  'erase.word': ['删除', 'ERASE'],
  'export.act': ['下载一份', 'Download it'],
  'export.lead': [
    '一个 JSON 文件：你的行程、记录、兑换、授权。只保存到这台设备。',
    'One JSON file: your trips, records, redemptions, consents. It goes to this device only.',
  ],
  'export.note': ['导出前先保存凭证，删除以后还能核验。', 'Save receipts too: they verify even after an erasure.'],
  'export.title': ['导出我的数据', 'Export my data'],
  'looks.empty': ['没有工作人员或机构查看过你的数据。', 'Nobody of the staff or the agency has looked at your data.'],
  'looks.lead': [
    '除你以外，谁在什么时候看过你的数据。每一次都会记下，不能删除。',
    'Who, other than you, looked at your data and when. Every look is written down and cannot be removed.',
  ],
  'looks.reason': ['理由：{reason}', 'Reason: {reason}'],
  'looks.role.agency': ['监管机构', 'Agency'],
  'looks.role.citizen': ['本人', 'You'],
  'looks.role.operator': ['平台运营', 'Operator'],
  'looks.role.partner': ['合作方', 'Partner'],
  'looks.title': ['谁看过我的数据', 'Who looked at my data'],
  'mine.data': ['我的数据', 'My data'],
  'mine.elder': ['长辈模式', 'Elder mode'],
  'mine.elderNote': ['字更大，三个页面，可以朗读', 'Larger text, three pages, read aloud'],
  'mine.identity': ['演示身份', 'Demonstration identity'],
  'mine.language': ['语言', 'Language'],
  'mine.settings': ['设置', 'Settings'],
  'mine.title': ['我的', 'Mine'],
  'mine.total': ['累计减排', 'All in all'],
  'unbind.act': ['撤回授权', 'Withdraw consent'],
  'unbind.gone': ['没有授权这个账户，或已经撤回', 'This account is not under consent, or no longer'],
  'unbind.lead': ['撤回以后：', 'After that:'],
  'unbind.title': ['撤回授权', 'Withdraw consent'],
  'unbind.what.1': ['不再接收这个账户的新行程。', 'No new trips of this account are taken.'],
  'unbind.what.2': ['已经计入的减排量保留。', 'Grams credited so far stay.'],
  'unbind.what.3': ['以后可以重新授权。', 'You can consent again later.'],
} as const;

export const sayMine = wordsOf(mineTexts);

/** Who looked, as people call the role. */
export function roleName(role: string): string {
  const key = `looks.role.${role}`;
  return key in mineTexts ? sayMine(key as 'looks.role.agency') : role;
}
