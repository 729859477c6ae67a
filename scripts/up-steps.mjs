import { spawn } from 'node:child_process';

const watchMs = 300;

/** Runs one program after the other, and ends whichever runs when this process is told to, or when the npm that started it is gone. */
export function createSteps({ cwd, env }) {
  let [current, isStopping] = [undefined, false];
  const stop = (signal) => {
    isStopping = true;
    if (current === undefined) process.exit(1);
    current.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal));
  stopWithNpm(stop);
  const run = ([command, ...args]) =>
    new Promise((settle) => {
      current = spawn(command, args, { cwd, env, stdio: 'inherit' });
      current.once('exit', (code) => {
        current = undefined;
        settle(code ?? 1);
      });
    });
  return {
    run,
    /** Ends everything here where the program does not end well. */
    async pass(command) {
      const code = await run(command);
      if (code !== 0 || isStopping) process.exit(code === 0 ? 1 : code);
    },
  };
}

/** npm that is killed tells nobody: its child finds itself with another parent. */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event !== 'up') return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    stop('SIGTERM');
  }, watchMs);
  watch.unref();
}
