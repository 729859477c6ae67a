import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

export const storageRefusals = {
  STORAGE_LOCKED: {
    kind: 'conflict',
    'zh-CN': '数据目录正被另一个进程使用',
    en: 'The data folder is in use by another process',
    next: {
      'zh-CN': '停止正在运行的 tanhui，或用 TANHUI_DATA 指定另一个目录',
      en: 'Stop the running tanhui, or choose another folder with TANHUI_DATA',
    },
  },
  STORAGE_NEWER_SCHEMA: {
    kind: 'conflict',
    'zh-CN': '数据由更新的版本写入',
    en: 'The data was written by a newer version',
    next: { 'zh-CN': '使用写入它的版本或更新的版本', en: 'Use the version that wrote it, or a newer one' },
  },
  STORAGE_FULL: {
    kind: 'unavailable',
    'zh-CN': '磁盘已满，本次没有写入任何内容',
    en: 'The disk is full; nothing of this request was written',
    next: {
      'zh-CN': '在数据目录所在磁盘腾出空间后重试',
      en: 'Free space on the disk of the data folder, then try again',
    },
  },
  STORAGE_CURSOR_INVALID: {
    kind: 'invalid',
    'zh-CN': '翻页游标无效',
    en: 'The cursor is not one that this list gave',
    next: { 'zh-CN': '从第一页重新读取', en: 'Read again from the first page' },
  },
} as const satisfies RefusalTable;

export const refuseStorage = refuser(storageRefusals);
