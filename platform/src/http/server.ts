import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type Koa from 'koa';
import { refuseConfig } from '../config-refusals.ts';
import type { RefusalTexts } from './errors.ts';
import { problemOf } from './errors.ts';
import { limits } from './limits.ts';
import { refuseHttp } from './refusals.ts';

/** The listening socket with its bounds; stops without cutting off what is under way. */
export interface HttpServer {
  /** Gives the port. */
  listen(at: Listening): Promise<number>;
  /** Takes nothing new, waits for requests under way within the bound, then ends what is left. */
  drain(): Promise<void>;
}

export interface Listening {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Which to change where the port is taken. */
  readonly setting: string;
}

export type ServerBounds = Pick<
  Readonly<Record<keyof typeof limits, number>>,
  'maxHeaderBytes' | 'headersTimeoutMs' | 'keepAliveTimeoutMs' | 'maxConnections' | 'idleTimeoutMs' | 'drainTimeoutMs'
>;

export function createHttpServer(app: Koa, texts: RefusalTexts, bounds: ServerBounds = limits): HttpServer {
  const handle = app.callback();
  const underWay = new Set<ServerResponse>();
  const server = createServer(
    {
      maxHeaderSize: bounds.maxHeaderBytes,
      headersTimeout: bounds.headersTimeoutMs,
      keepAliveTimeout: bounds.keepAliveTimeoutMs,
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1_000, bounds.headersTimeoutMs),
    },
    (request, response) => {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      void handle(request, response);
    },
  );
  server.maxConnections = bounds.maxConnections;
  server.timeout = bounds.idleTimeoutMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    answerUnparsed(error, socket, texts);
  });
  return {
    listen: (at) => listen(server, at),
    drain: () => drain(server, underWay, bounds.drainTimeoutMs),
  };
}

/** A request that Node could not even read gets the same kind of answer as any other. */
function answerUnparsed({ code }: NodeJS.ErrnoException, socket: Socket, texts: RefusalTexts): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal = refuseHttp(
    code === 'HPE_HEADER_OVERFLOW'
      ? 'HTTP_HEADERS_TOO_LARGE'
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'HTTP_BODY_TOO_SLOW'
        : 'HTTP_MALFORMED',
  );
  const problem = problemOf(refusal, { texts, language: 'zh-CN', traceId: 'unread' });
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${String(problem.status)} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function listen(server: Server, { host, port, setting }: Listening): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenRefusal(error, { host, port, setting }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Why the system does not let us listen: always a matter of the settings, or of another program. */
function listenRefusal(error: NodeJS.ErrnoException, { host, port, setting }: Listening): Error {
  if (error.code === 'EADDRINUSE') return refuseConfig('CONFIG_PORT_TAKEN', { field: setting, port }, error);
  const field = error.code === 'EACCES' ? setting : setting.replace('PORT', 'HOST');
  return refuseConfig('CONFIG_HOST_UNUSABLE', { field, host, port, reason: error.code ?? error.message }, error);
}

async function drain(server: Server, underWay: ReadonlySet<ServerResponse>, timeoutMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, timeoutMs);
  await closed;
  clearTimeout(timer);
}
