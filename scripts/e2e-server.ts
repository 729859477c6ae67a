// The demonstration as `tanhui serve --demo` starts it, at a simulated bank that the browser journeys may tell to freeze a wallet or to fall silent.
import { createServer } from 'node:http';
import { serve } from '../platform/src/cli/serve.ts';
import { parseConfig } from '../platform/src/config.ts';
import type { EmbeddedGateway } from '../platform/src/wallets/gateways/embedded/embedded-gateway.ts';
import type { BankAct } from '../web/e2e/bank-act.ts';

let silence: 'nothing' | 'payments' | 'everything' = 'nothing';
let bank: EmbeddedGateway | undefined;

/** Passes every call on, but for those on which the bank was told to be silent. */
function telling(inner: EmbeddedGateway): EmbeddedGateway {
  bank = inner;
  const speaking = <Answer>(kind: 'payments' | 'wallets', call: () => Promise<Answer>): Promise<Answer> =>
    silence === 'everything' || silence === kind
      ? Promise.reject(new Error('the simulated bank was told to be silent'))
      : call();
  return {
    ...inner,
    inspect: (wallet) => speaking('wallets', () => inner.inspect(wallet)),
    balance: (wallet) => speaking('wallets', () => inner.balance(wallet)),
    credit: (instruction) => speaking('payments', () => inner.credit(instruction)),
    query: (instruction) => speaking('payments', () => inner.query(instruction)),
  };
}

async function perform(act: BankAct): Promise<void> {
  if (act.do === 'silence') {
    silence = act.of;
    return;
  }
  // The same holder and class is the same wallet.
  const wallet = await bank?.openWallet({ holder: act.citizen, tier: 'class-3' });
  if (wallet !== undefined) await bank?.setState(wallet, act.state);
}

createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => (text += part));
  request.on('end', () => {
    perform(JSON.parse(text) as BankAct).then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}).listen(Number(process.env['E2E_BANK_PORT']), '127.0.0.1');

await serve(parseConfig(process.env), { isSeeded: true, gateway: telling });
