// A whole server of this environment's settings, on a ledger that it shares with others; ends as the served one does, or by being killed.
import { serve } from '../../src/cli/serve.ts';
import { readConfig } from '../../src/config.ts';
import { ledgerAt } from './shared-ledger.ts';

await serve(readConfig(), { isSeeded: false, ledger: ledgerAt(process.argv[2] ?? '') });
