// What keeps `npm run up` from half of its work before it finds out that it cannot go on. Runs on whatever Node the machine has.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const tries = 5;
const pauseMs = 100;

/**
 * Holds a clone for this process; a second one would build under the first one's feet. Gives what releases it, or says who has it.
 *
 * The platform holds its files by a lock of the operating system (storage/sqlite/lock.ts). This runs before anything is installed, on a Node that may know no SQLite, so each starter puts an
 * entry of its own into a folder and looks for others afterwards: of two, the one that came second sees the first, whatever the order of their steps. Nobody writes or removes the entry of
 * a process that runs; two that see each other both stand back and try again.
 */
export async function lockClone(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine = join(folder, entryOf(process.pid));
  const release = () => rmSync(mine, { force: true });
  for (let tried = 1; ; tried += 1) {
    writeFileSync(mine, '', { mode: 0o600 });
    const holder = holderIn(folder);
    if (holder === undefined) return release;
    release();
    if (tried === tries) return void sayHeld(holder);
    await setTimeout(pauseMs * Math.random());
  }
}

/** Another process that runs and has an entry; what others left behind is cleared away. */
function holderIn(folder) {
  for (const entry of readdirSync(folder)) {
    const pid = Number(entry.split('-')[0]);
    const isRunning = entry === entryOf(pid);
    if (isRunning && pid === process.pid) continue;
    if (isRunning) return pid;
    rmSync(join(folder, entry), { force: true });
  }
  return undefined;
}

/** A process by its number and its start, because a number is given again; none for one that has ended. */
function entryOf(pid) {
  const start = startOf(pid);
  return start === undefined ? undefined : `${pid}-${start.replaceAll(/\W+/g, '.')}`;
}

function startOf(pid) {
  if (existsSync('/proc/self/stat')) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || undefined;
}

function sayHeld(holder) {
  console.error(
    `npm run up is at work in this folder already (process ${holder}). Open the address that it printed, or stop it first; a second city takes a clone of its own and another TANHUI_PORT.\n` +
      `这个目录里的 npm run up 已在运行（进程 ${holder}）。打开它给出的网址，或先停止它；另一座城市请另行克隆，并设置另一个 TANHUI_PORT。`,
  );
}

/** Whether the server will be able to listen where the settings say; says what to do where not. Settings that do not fit are the server's to refuse. */
export async function isPortFree({ TANHUI_PORT: port = '8080', TANHUI_HOST: host = '127.0.0.1' }) {
  const code = /^\d{1,5}$/.test(port) ? await listenError(Number(port), host.replace(/^\[(.+)\]$/, '$1')) : undefined;
  if (code !== 'EADDRINUSE') return true;
  console.error(
    `CONFIG_PORT_TAKEN: The port is taken (TANHUI_PORT, port ${port}). Take another one, for instance TANHUI_PORT=${Number(port) + 1} npm run up, or stop the program that holds this one.\n` +
      `端口已被占用。换一个端口，例如 TANHUI_PORT=${Number(port) + 1} npm run up，或停止占用它的程序。`,
  );
  return false;
}

function listenError(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code }) => resolve(code));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}
