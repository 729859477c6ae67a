// The demonstration as `tanhui serve --demo` starts it, at a simulated bank that the browser journeys may tell what banks do: freeze, hide, ponder, fall silent.
import { createServer } from 'node:http';
import { fen } from '../sdk/src/model/index.ts';
import { serve } from '../platform/src/cli/serve.ts';
import { parseConfig } from '../platform/src/config.ts';
import { without } from '../platform/src/kernel/index.ts';
import type { EmbeddedGateway } from '../platform/src/wallets/gateways/embedded/embedded-gateway.ts';
import type { WalletRef } from '../platform/src/wallets/index.ts';
import type { BankAct } from '../web/e2e/bank-act.ts';

let silence: 'nothing' | 'payments' | 'everything' = 'nothing';
let hidesUse = false;
let pondering = Promise.withResolvers<undefined>();
pondering.resolve(undefined);
let bank: EmbeddedGateway | undefined;

/** Passes every call on, but for those on which the bank was told to be silent, and those that it ponders on. */
function telling(inner: EmbeddedGateway): EmbeddedGateway {
  bank = inner;
  const speaking = <Answer>(kind: 'payments' | 'wallets', call: () => Promise<Answer>): Promise<Answer> =>
    silence === 'everything' || silence === kind
      ? Promise.reject(new Error('the simulated bank was told to be silent'))
      : call();
  return {
    ...inner,
    inspect: (wallet) => speaking('wallets', () => inspect(inner, wallet)),
    balance: (wallet) => speaking('wallets', () => inner.balance(wallet)),
    credit: (instruction) => speaking('payments', () => pondering.promise.then(() => inner.credit(instruction))),
    query: (instruction) => speaking('payments', () => inner.query(instruction)),
  };
}

async function inspect(inner: EmbeddedGateway, wallet: WalletRef): ReturnType<EmbeddedGateway['inspect']> {
  const seen = await inner.inspect(wallet);
  if (seen === undefined || !hidesUse) return seen;
  return without(seen, 'used');
}

async function perform(act: BankAct): Promise<void> {
  switch (act.do) {
    case 'silence':
      silence = act.of;
      return;
    case 'hide-use':
      hidesUse = act.isOn;
      return;
    case 'ponder':
      pondering.resolve(undefined);
      if (act.isOn) pondering = Promise.withResolvers<undefined>();
      return;
    default:
      await performOnWallet(act);
  }
}

async function performOnWallet(act: Extract<BankAct, { readonly citizen: string }>): Promise<void> {
  // The same holder and class is the same wallet.
  const wallet = await bank?.openWallet({ holder: act.citizen, tier: 'class-3' });
  if (bank === undefined || wallet === undefined) throw new Error('the bank is not open yet');
  switch (act.do) {
    case 'state':
      return bank.setState(wallet, act.state);
    case 'quota':
      return bank.setQuotaControl(wallet, act.isOn);
    case 'spent':
      return bank.setSpent(wallet, { todayFen: fen(act.todayFen), thisYearFen: fen(act.thisYearFen) });
  }
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
