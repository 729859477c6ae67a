import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

/** Why a command could not be carried out, whichever it was. */
export const commandRefusals = {
  COMMAND_NO_ANSWER: {
    kind: 'unavailable',
    'zh-CN': '{address} 没有应答：服务器已停止，或中途断开',
    en: 'Nothing answers at {address}: the server has stopped, or broke off midway',
    next: {
      'zh-CN': '确认服务器在运行（tanhui serve），再执行同一条命令；导入可以重来，已接收的不会重复计入',
      en: 'See that the server runs (tanhui serve), then give the command again; an import may simply be repeated, what was taken is not taken twice',
    },
  },
  COMMAND_FOLDER_BUSY: {
    kind: 'unavailable',
    'zh-CN': '另一个进程正在使用 {folder}，等了 {seconds} 秒仍没有应答',
    en: 'Another process has {folder} open and did not answer within {seconds} seconds',
    next: {
      'zh-CN': '如果它正在启动或另一条命令正在执行，请稍后再试；否则请查看它的日志或停止它',
      en: 'If it is starting, or another command is at work, try again in a moment; if not, look into its log or stop it',
    },
  },
  COMMAND_USAGE: {
    kind: 'invalid',
    'zh-CN': '无法识别这条命令',
    en: 'This is no command as Tanhui takes it',
    next: {
      'zh-CN': '用 tanhui --help 查看全部命令，用 tanhui <命令> --help 查看它的参数和选项',
      en: 'See `tanhui --help` for the commands, `tanhui <command> --help` for what one of them takes',
    },
  },
  COMMAND_FAILED: {
    kind: 'unavailable',
    'zh-CN': '命令意外中止',
    en: 'The command ended in a way that nobody foresaw',
    next: {
      'zh-CN': '请重试；如仍出错，设置 TANHUI_LOG=debug 再执行一次，并把输出发给平台',
      en: 'Try again; if it stays, give it once more with TANHUI_LOG=debug and report what it prints',
    },
  },
} as const satisfies RefusalTable;

export const refuseCommand = refuser(commandRefusals);
