// What keeps `npm run up` from half of its work before it finds out that it cannot go on. Runs on whatever Node the machine has.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** Holds a clone for this process; a second one would build under the first one's feet. Gives what releases it, or says who has it. */
export function lockClone(path) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(path, 'utf8'));
    if (isAlive(holder)) {
      console.error(
        `npm run up is at work in this folder already (process ${holder}). Open the address that it printed, or stop it first; a second city takes a clone of its own and another TANHUI_PORT.\n` +
          `这个目录里的 npm run up 已在运行（进程 ${holder}）。打开它给出的网址，或先停止它；另一座城市请另行克隆，并设置另一个 TANHUI_PORT。`,
      );
      return undefined;
    }
    rmSync(path, { force: true });
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether the server will be able to listen where the settings say; says what to do where not. Settings that do not fit are the server's to refuse. */
export async function isPortFree({ TANHUI_PORT: port = '8080', TANHUI_HOST: host = '127.0.0.1' }) {
  const code = /^\d{1,5}$/.test(port) ? await listenError(Number(port), host) : undefined;
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
