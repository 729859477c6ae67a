import type { RefusalTable } from './kernel/index.ts';
import { refuser } from './kernel/index.ts';

/** Refusals to start: what does not fit, and what to set. */
export const configRefusals = {
  CONFIG_INVALID: {
    kind: 'invalid',
    'zh-CN': '设置项无效',
    en: 'A setting does not fit',
    next: {
      'zh-CN': '更正所列变量；docs/reference/config.md 列出全部设置',
      en: 'Correct the variable named here; docs/reference/config.md lists all of them',
    },
  },
  CONFIG_PORT_TAKEN: {
    kind: 'conflict',
    'zh-CN': '端口已被占用',
    en: 'The port is taken',
    next: {
      'zh-CN': '将所列设置改为另一个端口，或停止占用它的程序',
      en: 'Set the setting named here to another port, or stop the program that holds this one',
    },
  },
  CONFIG_HOST_UNUSABLE: {
    kind: 'invalid',
    'zh-CN': '无法在 {host} 端口 {port} 上监听（{reason}）',
    en: 'It is not possible to listen at {host}, port {port} ({reason})',
    next: {
      'zh-CN':
        '将所列设置改为本机的一个地址：127.0.0.1 仅限本机，0.0.0.0 或 :: 为全部网卡；1024 以下的端口可能需要权限',
      en: 'Set the setting named here to an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 or :: for every network; a port below 1024 may need a privilege',
    },
  },
  CONFIG_DATA_UNUSABLE: {
    kind: 'invalid',
    'zh-CN': '数据目录无法使用（{reason}）',
    en: 'The data folder cannot be used ({reason})',
    next: {
      'zh-CN': '用 TANHUI_DATA 指定一个目录（不是文件），并让服务器所用账户可以写入',
      en: 'Let TANHUI_DATA name a folder, not a file, in which the server’s user may write',
    },
  },
  CONFIG_KEYS_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': '数据目录中的密钥文件 keys.json 已损坏或无法读取',
    en: 'The file of keys, keys.json in the data folder, is damaged or cannot be read',
    next: {
      'zh-CN': '从备份恢复该文件：没有它，已有数据无法继续使用；尚无数据的新目录可以删除它再启动',
      en: 'Take it from a backup: without it the data there cannot be gone on with; in a new folder without data, remove it and start again',
    },
  },
  CONFIG_DEMO_DATA: {
    kind: 'conflict',
    'zh-CN': '生产模式拒绝演示环境的数据和密钥',
    en: 'Production refuses the data and keys of a demo',
    next: { 'zh-CN': '用 TANHUI_DATA 指定一个新的目录', en: 'Set TANHUI_DATA to a new folder' },
  },
  CONFIG_MONGODB_URI_MISSING: {
    kind: 'invalid',
    'zh-CN': '选择了 MongoDB，但没有给出地址',
    en: 'MongoDB is chosen, but its address is not given',
    next: {
      'zh-CN': '设置 TANHUI_MONGODB_URI，例如 mongodb://127.0.0.1:27017/tanhui?replicaSet=rs0',
      en: 'Set TANHUI_MONGODB_URI, for instance mongodb://127.0.0.1:27017/tanhui?replicaSet=rs0',
    },
  },
  CONFIG_NO_DEMO_HERE: {
    kind: 'conflict',
    'zh-CN': '这个目录里不是演示数据',
    en: 'The data of this folder are not a demo’s',
    next: {
      'zh-CN': '检查 TANHUI_DATA；正式环境的数据不能用这条命令清除',
      en: 'Check TANHUI_DATA; the data of a production are not removed by this command',
    },
  },
  CONFIG_RESET_ELSEWHERE: {
    kind: 'conflict',
    'zh-CN': '数据保存在 MongoDB 或 Fabric 中，这条命令只清除本机目录，什么也没有删除',
    en: 'The data stand in MongoDB or on Fabric, and this command removes a folder only; nothing was removed',
    next: {
      'zh-CN':
        '停止所有服务器，用 mongosh 执行 db.dropDatabase()（MongoDB）或 npm run fabric:down -- --erase（Fabric），再删除所列目录',
      en: 'Stop all servers, drop the database with mongosh (db.dropDatabase()) or the network with npm run fabric:down -- --erase, then remove the folder named here',
    },
  },
  CONFIG_SECRET_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': '存放密值的文件不存在、不可读或是空的',
    en: 'The file that should hold a secret is not there, cannot be read, or is empty',
    next: {
      'zh-CN': '检查所列变量给出的路径，以及服务器所用账户能否读取该文件',
      en: 'Check the path in the variable named here, and that the server’s user may read the file',
    },
  },
  CONFIG_SIMULATED_GATEWAY: {
    kind: 'conflict',
    'zh-CN': '生产模式拒绝模拟的数字人民币网关',
    en: 'Production refuses the simulated e-CNY gateway',
    next: {
      'zh-CN': '将 TANHUI_GATEWAY 设为 none（不发放资金）或接入银行网关',
      en: 'Set TANHUI_GATEWAY to none, which pays nothing, or to a bank’s gateway',
    },
  },
} as const satisfies RefusalTable;

export const refuseConfig = refuser(configRefusals);
