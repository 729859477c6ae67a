import { compose, orStop } from '../compose.ts';
import { programmeMissing } from '../compose/catalogue.ts';
import type { Overrides, Platform } from '../compose.ts';
import type { Config } from '../config.ts';
import { seedDemo } from './demo.ts';
import { bootstrapState, makeBootstrapToken } from '../identity/index.ts';
import { holdMemory, settleMemory } from '../runtime/memory.ts';
import { announce, urlOf } from './announced.ts';
import { messageOf } from './words.ts';

/** Starts the server and ends it cleanly on SIGINT or SIGTERM: requests first, then the workers, ledger and store. */
export async function serve(config: Config, options: Overrides & { readonly isSeeded: boolean }): Promise<void> {
  holdMemory();
  const platform = await compose(config, options);
  await orStop(platform, () => begin(platform, config, options));
}

async function begin(platform: Platform, config: Config, { isSeeded }: { readonly isSeeded: boolean }): Promise<void> {
  if (isSeeded && config.mode === 'demo') {
    const { records } = await seedDemo(platform);
    process.stdout.write(`Seeded ${String(records)} simulated records.\n`);
  }
  const port = await platform.start();
  if (config.mode === 'production') await greetFirstAdmin(platform);
  const missing = programmeMissing(platform.services.catalogue);
  if (missing !== undefined) process.stdout.write(`${messageOf(missing)}\n`);
  settleMemory();
  stopOnSignal(platform, announce(config, port));
  process.stdout.write(`Tanhui 碳惠 listens on ${urlOf(config.host, port)}\n`);
}

/** One press on Ctrl-C arrives several times: from the terminal, and from npm and whoever else passes it on. */
const oneSignalMs = 500;

/** The first signal lets everything under way end; the second one does not wait for it, and what was acknowledged is safe all the same. */
function stopOnSignal(platform: Platform, withdraw: () => void): void {
  let stoppingSince: number | undefined;
  const stop = (): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > oneSignalMs) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    withdraw();
    platform.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        platform.services.log.error('stop.defect', {}, error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** At the first start of a production: the token goes to the terminal once, and to no log. */
async function greetFirstAdmin({ services }: Platform): Promise<void> {
  const state = await bootstrapState(services.store);
  if (state === 'none') {
    const token = await services.store.unitOfWork((tx) => makeBootstrapToken(tx, services));
    process.stdout.write(`No administrator yet. One-time token for POST /v1/bootstrap, shown once: ${token}\n`);
  } else if (state === 'waiting') process.stdout.write('No administrator yet: tanhui bootstrap prints a new token.\n');
}
