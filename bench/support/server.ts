import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** A server in a process of its own, on loopback. */
export interface BenchServer {
  call<Answer>(path: string, body?: string): Promise<Answer>;
  /** Sends NDJSON records and waits until every one is answered. */
  sendRecords(path: string, records: Buffer): Promise<void>;
  usage(): Usage;
  stop(): Promise<void>;
}

export interface Usage {
  /** Highest resident memory of each process of the tree so far, summed. */
  readonly peakMegabytes: number;
  /** Resident memory of the tree now. */
  readonly residentMegabytes: number;
  /** User and system time of the tree. */
  readonly cpuMs: number;
}

/** As `npm run up` and the image start it (docs/adr/0005-store-thread-and-small-heaps.md). */
const asInProduction = {
  flags: ['--max-semi-space-size=8', '--no-parallel-scavenge'],
  environment: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '65536' },
};
const startTimeoutMs = 30_000;
const pollMs = 50;
const ticksPerSecond = 100;

export async function startServer(options: {
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly token: string;
  readonly nodeFlags?: readonly string[];
}): Promise<BenchServer> {
  const args = [...(options.nodeFlags ?? []), ...asInProduction.flags, 'platform/dist/cli/tanhui.js', 'serve'];
  const process_ = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...asInProduction.environment, ...options.environment },
  });
  const agent = new Agent({ keepAlive: true });
  const pid = process_.pid ?? 0;
  const server: BenchServer = {
    call: async <Answer>(path: string, body?: string) =>
      JSON.parse(String(await send({ ...options, agent }, path, { body, type: 'application/json' }))) as Answer,
    async sendRecords(path, records) {
      const answer = await send({ ...options, agent }, path, { body: records, type: 'application/x-ndjson' });
      if (answer.includes('"error"')) throw new Error(String(answer).slice(-200));
    },
    usage: () => usageOf(pid),
    async stop() {
      agent.destroy();
      if (process_.exitCode !== null) return;
      process_.kill('SIGTERM');
      await new Promise((resolve) => process_.once('exit', resolve));
    },
  };
  await ready(server);
  return server;
}

async function ready(server: BenchServer): Promise<void> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += pollMs) {
    const isUp = await server.call('/health').then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error('the server did not come up');
}

function send(
  to: { readonly port: number; readonly token: string; readonly agent: Agent },
  path: string,
  { body, type }: { readonly body: string | Buffer | undefined; readonly type: string },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: to.port,
        path,
        agent: to.agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${to.token}`,
          'content-type': type,
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('end', () => {
          const answer = Buffer.concat(parts);
          if (incoming.statusCode === 200) resolve(answer);
          else reject(new Error(`${String(incoming.statusCode)} ${String(answer)}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Memory and time of a process and of all that it started. */
export function usageOf(root: number): Usage {
  let [peakMegabytes, residentMegabytes, cpuMs] = [0, 0, 0];
  for (const pid of treeOf(root)) {
    const status = read(pid, 'status');
    peakMegabytes += megabytesOf(status, 'VmHWM');
    residentMegabytes += megabytesOf(status, 'VmRSS');
    const fields = read(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
    cpuMs += ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1_000) / ticksPerSecond;
  }
  return { peakMegabytes, residentMegabytes, cpuMs };
}

function megabytesOf(status: string, name: 'VmHWM' | 'VmRSS'): number {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1_024;
}

function treeOf(root: number): number[] {
  const children = read(root, `task/${String(root)}/children`)
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [root, ...children.flatMap(treeOf)];
}

/** Empty for a process that has ended. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
