import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Log } from '../kernel/index.ts';

/** JSON lines on standard error; names of fields that could carry a person are cut out whoever logs them. */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Log {
  const redact = ['token', 'authorization', 'account', 'card', 'phone', 'secret', '*.token', '*.account', '*.secret'];
  return wrap(pino({ level, redact, base: null }, pino.destination({ fd: 2, sync: true })));
}

function wrap(logger: Logger): Log {
  return {
    debug: (event, fields) => {
      logger.debug({ event, ...fields });
    },
    info: (event, fields) => {
      logger.info({ event, ...fields });
    },
    warn: (event, fields) => {
      logger.warn({ event, ...fields });
    },
    error: (event, fields, cause) => {
      logger.error({ event, ...fields, err: cause });
    },
    child: (fields) => wrap(logger.child(fields)),
  };
}
