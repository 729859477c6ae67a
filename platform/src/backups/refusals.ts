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
      'zh-CN': '使用它们自己的备份工具；先暂停封存（tanhui pause sealing）使两者一致',
      en: 'Use their own tools for backups; pause sealing first (tanhui pause sealing), so that both agree',
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
