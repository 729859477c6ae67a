// npm run fabric:down [-- --erase]: ends the network's own processes; its chain stays unless told otherwise.
import { parseArgs } from 'node:util';
import { asCommand, defaultFolder } from './command.ts';
import { eraseNetwork, stopNetwork } from './network.ts';

await asCommand(async () => {
  const { values } = parseArgs({
    options: { folder: { type: 'string', default: defaultFolder }, erase: { type: 'boolean', default: false } },
  });
  const ended = await stopNetwork(values.folder);
  console.log(ended === 0 ? 'Nothing was running 没有运行中的进程' : `Ended ${ended} processes 已停止`);
  if (!values.erase) return;
  await eraseNetwork(values.folder);
  console.log('Erased 已清除');
});
