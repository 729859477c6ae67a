import { compose } from '../compose.ts';
import type { Config } from '../config.ts';
import { seedDemo } from './demo.ts';
import { announce } from './server.ts';

/** Starts the server and ends it cleanly on SIGINT or SIGTERM: requests first, then the workers, ledger and store. */
export async function serve(config: Config, options: { readonly isSeeded: boolean }): Promise<void> {
  const platform = await compose(config);
  if (options.isSeeded && config.mode === 'demo') {
    const { records } = await seedDemo(platform);
    process.stdout.write(`Seeded ${String(records)} simulated records.\n`);
  }
  const port = await platform.start();
  const withdraw = announce(config, port);
  process.stdout.write(`Tanhui 碳惠 listens on http://${config.host}:${String(port)}\n`);
  const stop = (): void => {
    withdraw();
    void platform.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
