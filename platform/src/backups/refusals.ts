import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

export const backupRefusals = {
  BACKUPS_UNDER_WAY: {
    kind: 'conflict',
    'zh-CN': '正在做另一个备份',
    en: 'Another backup is being made',
    next: { 'zh-CN': '等它完成后重试', en: 'Try again when it is done' },
  },
  BACKUPS_STORE_ELSEWHERE: {
    kind: 'conflict',
    'zh-CN': '数据保存在 MongoDB 或 Fabric 中，不在这个目录',
    en: 'The data stand in MongoDB or on Fabric and not in this folder',
    next: {
      'zh-CN':
        '先暂停封存（tanhui pause sealing），再用 mongodump --oplog 备份 MongoDB；Fabric 的区块每个节点都有，新节点会从其他节点取得；停止服务器后复制 TANHUI_DATA 目录（密钥）。步骤见 docs/guides/run-on-mongodb.md',
      en: 'Pause sealing (tanhui pause sealing), then back MongoDB up with mongodump --oplog; blocks of Fabric are on every peer, and a new peer gets them from the others; copy the folder TANHUI_DATA (keys) with the server stopped. Step by step: docs/guides/run-on-mongodb.md',
    },
  },
  BACKUPS_DAMAGED: {
    kind: 'invalid',
    'zh-CN': '备份不完整或已损坏',
    en: 'The backup is not whole, or was changed',
    next: { 'zh-CN': '使用另一个备份；没有恢复任何内容', en: 'Use another backup; nothing was restored' },
  },
  BACKUPS_TARGET_NOT_EMPTY: {
    kind: 'conflict',
    'zh-CN': '目标目录不是空的',
    en: 'The folder to restore into is not empty',
    next: {
      'zh-CN': '用 TANHUI_DATA 指定一个新的目录，或先移走旧的数据',
      en: 'Set TANHUI_DATA to a new folder, or move the old data away first',
    },
  },
} as const satisfies RefusalTable;

export const refuseBackup = refuser(backupRefusals);
