import type { RefusalTable } from '../kernel/index.ts';
import { Refusal, refuser } from '../kernel/index.ts';
import type { LedgerFailure } from './port.ts';

export const ledgerRefusals = {
  LEDGER_UNAVAILABLE: {
    kind: 'unavailable',
    'zh-CN': '账本暂时没有应答',
    en: 'The ledger does not answer at the moment',
    next: { 'zh-CN': '稍后重试；没有丢失任何内容', en: 'Try again later; nothing is lost' },
  },
  LEDGER_REFUSED: {
    kind: 'conflict',
    'zh-CN': '合约拒绝了这项操作',
    en: 'The contract refused the operation',
    next: { 'zh-CN': '查看 details 中的合约代码', en: 'The contract’s own code is in the field' },
  },
  LEDGER_BLOCK_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '账本上没有第 {number} 块',
    en: 'The ledger has no block {number}',
    next: { 'zh-CN': '从区块列表打开区块', en: 'Open the block from the list of blocks' },
  },
  LEDGER_IN_USE: {
    kind: 'conflict',
    'zh-CN': '{folder} 中的账本正被另一个进程使用',
    en: 'The ledger in {folder} is in use by another process',
    next: {
      'zh-CN': '先停止在其上运行的服务器（在它的终端按 Ctrl-C），再执行同一条命令',
      en: 'Stop the server that runs on it (Ctrl-C in its terminal), then give the command again',
    },
  },
  LEDGER_NOT_HERE: {
    kind: 'not-found',
    'zh-CN': '{folder} 中没有内置账本的区块',
    en: 'There are no blocks of an embedded ledger in {folder}',
    next: {
      'zh-CN': '用 TANHUI_DATA 指定这套安装的数据目录；Fabric 上的账本由它的节点自行恢复',
      en: 'Name the data folder of the installation in TANHUI_DATA; a ledger on Fabric is restored by its own peers',
    },
  },
  LEDGER_DAY_NOT_OVER: {
    kind: 'conflict',
    'zh-CN': '这一天还没有结束，不能日结',
    en: 'The day is not over yet and cannot be closed',
    next: { 'zh-CN': '请在该日 24:00（UTC+8）之后再日结', en: 'Close it after its midnight (UTC+8)' },
  },
  LEDGER_DAY_CLOSED: {
    kind: 'conflict',
    'zh-CN': '这一天已经日结',
    en: 'The day is closed already',
    next: { 'zh-CN': '更正会进入未日结的日子', en: 'Corrections go into an open day' },
  },
  LEDGER_CONNECTION_UNREADABLE: {
    kind: 'unavailable',
    'zh-CN': '找不到 Fabric 网络的连接文件，或其内容不符合格式',
    en: 'The connection file of the Fabric network is not there, or does not fit',
    next: {
      'zh-CN': '用 npm run fabric:up 启动网络，或让 TANHUI_FABRIC_CONNECTION 指向您的连接文件',
      en: 'Start a network with npm run fabric:up, or let TANHUI_FABRIC_CONNECTION name your own connection file',
    },
  },
  LEDGER_UNREACHABLE: {
    kind: 'unavailable',
    'zh-CN': '启动时无法访问账本，或背书组织没有应答',
    en: 'At the start the ledger cannot be reached, or an endorsing organisation does not answer',
    next: {
      'zh-CN': '本机网络用 npm run fabric:status 查看，用 npm run fabric:up 启动',
      en: 'For a network of this machine see npm run fabric:status, and start it with npm run fabric:up',
    },
  },
  LEDGER_OF_OTHER_DATA: {
    kind: 'conflict',
    'zh-CN': '这些数据封存在另一条链上，换链后收据无法核验',
    en: 'These data were sealed on another chain; on this one their receipts could not be verified',
    next: {
      'zh-CN': '换回原来的账本，或用 TANHUI_DATA 指定另一个数据目录',
      en: 'Go back to the ledger that they were sealed on, or name another data folder in TANHUI_DATA',
    },
  },
  LEDGER_BLOCKS_MISSING: {
    kind: 'conflict',
    'zh-CN': '账本缺少第 {number} 块：其中有这些数据已封存的批次',
    en: 'The ledger lacks block {number}, which holds a batch that these data say is sealed',
    next: {
      'zh-CN': '不要继续封存；把账本与数据从同一个备份恢复',
      en: 'Seal nothing on it; restore ledger and data from one backup',
    },
  },
} as const satisfies RefusalTable;

export const refuseLedger = refuser(ledgerRefusals);

const retryAfterSeconds = 5;

/** The contract's refusals that a caller can act on have codes of their own; everything else of the ledger passes with time. */
export function ledgerRefusal(failure: LedgerFailure): Refusal {
  if (failure.kind !== 'contract-refused') return refuseLedger('LEDGER_UNAVAILABLE', { retryAfterSeconds }, failure);
  const code = `LEDGER_${failure.contractCode ?? ''}`;
  return Object.hasOwn(ledgerRefusals, code)
    ? new Refusal(code, 'conflict', { cause: failure })
    : refuseLedger('LEDGER_REFUSED', { field: failure.contractCode ?? '' }, failure);
}
