// npm run fabric:up [-- --fresh] [-- --profile raft-3|bft-4] [-- --probe]: starts a Fabric network of two organisations on this machine.
import { parseArgs } from 'node:util';
import { findFabric, howToGetFabric } from '../../platform/src/cli/fabric-binaries.ts';
import { asCommand, checkout, defaultFolder, isContractBuilt, progress } from './command.ts';
import { placesOf, profiles } from './layout.ts';
import type { Profile } from './layout.ts';
import { eraseNetwork, startNetwork } from './network.ts';

await asCommand(async () => {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: defaultFolder },
      profile: { type: 'string', default: 'raft-1' },
      probe: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  });
  const found = findFabric(process.env);
  if (!found.isUsable)
    throw new Error(`Hyperledger Fabric cannot be used here 未找到可用的 Fabric: ${found.reason}.\n${howToGetFabric}`);
  const { folder, profile } = values;
  if (!isProfile(profile)) throw new Error(`--profile is one of ${Object.keys(profiles).join(', ')}`);
  if (!isContractBuilt(values.probe)) throw new Error('the contract is not built: npm run build --workspace chaincode');
  if (values.fresh) await eraseNetwork(folder);
  const say = progress();
  say(`Hyperledger Fabric ${found.version}, ${profile}, in ${folder}`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      interrupted.abort(new Error('interrupted; what was started is ended again 已中断'));
    });
  const options = { folder, checkout, profile, say, signal: interrupted.signal };
  await startNetwork({ ...options, binaries: found.binaries, isProbe: values.probe });
  say(`connection file 连接文件: ${placesOf(folder).connection}`);
  say(`logs 日志: ${placesOf(folder).logs}`);
  console.log('Next 下一步: TANHUI_LEDGER=fabric npm run up    Stop 停止: npm run fabric:down (keeps the chain)');
});

function isProfile(name: string): name is Profile {
  return Object.hasOwn(profiles, name);
}
