import { parseConfig } from './config.ts';
import { serve } from './cli/serve.ts';

await serve(parseConfig(process.env), { isSeeded: false });
