// npm run fabric:up [-- --profile raft-3] [-- --probe]: starts a Fabric network of two organisations on this machine.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBinaries, missingText } from './binaries.ts';
import { asCommand, checkout, defaultFolder, progress } from './command.ts';
import { placesOf, profiles } from './layout.ts';
import type { Profile } from './layout.ts';
import { startNetwork } from './network.ts';

await asCommand(async () => {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: defaultFolder },
      profile: { type: 'string', default: 'raft-1' },
      probe: { type: 'boolean', default: false },
    },
  });
  const found = findBinaries(process.env);
  if ('missing' in found) throw new Error(missingText(found.missing, process.env['FABRIC_BIN']));
  if (!(values.profile in profiles)) throw new Error(`--profile is one of ${Object.keys(profiles).join(', ')}`);
  for (const file of values.probe ? ['index.js', 'probe.js'] : ['index.js'])
    if (!existsSync(join(checkout, 'chaincode', 'dist', file)))
      throw new Error('the contract is not built: npm run build --workspace chaincode');
  const say = progress();
  await startNetwork({
    folder: values.folder,
    binaries: found.binaries,
    checkout,
    profile: values.profile as Profile,
    isProbe: values.probe,
    say,
  });
  say(`connection file 连接文件: ${placesOf(values.folder).connection}`);
  console.log(
    'Next: TANHUI_LEDGER=fabric npm run up     End: npm run fabric:down (keeps data) · -- --erase (forgets it)',
  );
});
