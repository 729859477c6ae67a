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
  STORAGE_LEASE_LOST: {
    kind: 'conflict',
    'zh-CN': '此项后台工作已由另一台服务器接手，本次没有写入任何内容',
    en: 'Another server has taken this background work over; nothing of this step was written',
    next: {
      'zh-CN': '无需处理：接手的服务器会完成它',
      en: 'Nothing is to be done: the server that took it over finishes it',
    },
  },
  STORAGE_CONTENDED: {
    kind: 'unavailable',
    'zh-CN': '其他请求正在写入相同的数据，本次没有写入任何内容',
    en: 'Others were writing the same documents; nothing of this request was written',
    next: {
      'zh-CN': '按 Retry-After 所示秒数等待后原样重试',
      en: 'Wait the seconds that Retry-After names, then send the same request again',
    },
  },
  STORAGE_UNREACHABLE: {
    kind: 'unavailable',
    'zh-CN': '数据库没有应答，本次没有写入任何内容',
    en: 'The database does not answer; nothing of this request was written',
    next: {
      'zh-CN': '稍后重试；运维可用 tanhui doctor 检查数据库',
      en: 'Try again shortly; an operator sees with tanhui doctor what answers',
    },
  },
  STORAGE_OUTCOME_UNKNOWN: {
    kind: 'unavailable',
    'zh-CN': '数据库在提交时中断，结果未知',
    en: 'The database broke off while committing; whether it was written is not known',
    next: {
      'zh-CN': '原样再次提交同一请求：已写入的内容会被识别，不会重复',
      en: 'Send the same request again: what was written is recognised and not written twice',
    },
  },
  STORAGE_ADDRESS_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': 'MongoDB 地址无法识别',
    en: 'The address of MongoDB cannot be read',
    next: {
      'zh-CN': '将 TANHUI_MONGODB_URI 写成 mongodb://主机:端口/库名?replicaSet=名称',
      en: 'Write TANHUI_MONGODB_URI as mongodb://host:port/database?replicaSet=name',
    },
  },
  STORAGE_ACCESS_DENIED: {
    kind: 'forbidden',
    'zh-CN': 'MongoDB 拒绝了登录或权限不足',
    en: 'MongoDB denies the sign-in or the right to write',
    next: {
      'zh-CN': '检查 TANHUI_MONGODB_URI 中的用户、口令和 authSource，并授予该库 readWrite 角色',
      en: 'Check user, password and authSource in TANHUI_MONGODB_URI, and grant the role readWrite on the database',
    },
  },
  STORAGE_NO_TRANSACTIONS: {
    kind: 'conflict',
    'zh-CN': '该 MongoDB 不支持事务：它不是副本集成员',
    en: 'This MongoDB has no transactions: it is no member of a replica set',
    next: {
      'zh-CN': '以副本集启动（单节点亦可）：mongod --replSet rs0，再执行一次 rs.initiate()',
      en: 'Start it as a replica set, of one member if need be: mongod --replSet rs0, then rs.initiate() once',
    },
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
