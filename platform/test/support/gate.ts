import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';

const mostTries = 600;

/** 闸门: a port that passes everything on to a server behind it, until a test has the way broken off or lets nothing through. */
export interface Gate {
  readonly port: number;
  /** Breaks off every connection, and refuses new ones until it is opened again. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Connections stay and are taken, but nothing comes through any more: a server that stands still. */
  stall(): void;
  /** Shuts when a request that holds this text has been passed on, before its answer has come back. */
  shutAfter(text: string): Promise<void>;
}

export async function gateTo(port: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  const watched: { text?: string; shut?: () => void } = {};
  const state = { isStalled: false };
  const pass = (client: Socket): void => {
    const behind = createConnection({ port, host: '127.0.0.1' });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => void sockets.delete(socket));
    }
    client.on('data', (bytes: Buffer) => {
      if (state.isStalled) return;
      const isLast = watched.text !== undefined && bytes.includes(watched.text);
      behind.write(bytes, () => {
        if (isLast) watched.shut?.();
      });
    });
    behind.on('data', (bytes: Buffer) => {
      const isHeldBack = state.isStalled || client.destroyed;
      if (!isHeldBack) client.write(bytes);
    });
    client.on('close', () => behind.end());
    behind.on('close', () => client.destroy());
  };
  let server = await listen(0, pass);
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port: own,
    shut,
    async open() {
      state.isStalled = false;
      server = await listen(own, pass);
    },
    stall: () => void (state.isStalled = true),
    shutAfter: (text) =>
      new Promise((resolve) => {
        Object.assign(watched, {
          text,
          shut: () => {
            Object.assign(watched, { text: undefined });
            void shut().then(resolve);
          },
        });
      }),
  };
}

/** Takes the port as soon as it can: while the gate is shut, somebody's outgoing connection may stand on it for a moment. */
async function listen(port: number, take: (socket: Socket) => void): Promise<Server> {
  for (let tried = 0; ; tried += 1) {
    const server = createServer(take).listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (tried === mostTries) throw error;
      await rest(100);
    }
  }
}
