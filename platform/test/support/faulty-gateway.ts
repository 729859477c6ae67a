import type { DocumentStore } from '../../src/storage/index.ts';
import type { PaymentInstruction, WalletGateway } from '../../src/wallets/index.ts';

/** What may go wrong between us and a bank, at one call. */
export const faults = [
  'none',
  /** It never arrives; we hear nothing. */
  'lose-request',
  /** It is executed; we hear nothing. */
  'lose-reply',
  /** Our process ends before or after the call. */
  'crash-before',
  'crash-after',
  /** It arrives long after we stopped waiting. */
  'delay',
  /** It arrives twice. */
  'duplicate',
  /** It is executed, and what comes back cannot be read or is in no document. */
  'garbage',
  'undocumented-code',
] as const;
export type Fault = (typeof faults)[number];

export class Crash extends Error {
  override readonly name = 'Crash';
}

/** What is lost and what comes back unreadable is the network’s; a crash is ours: whatever catches it can write nothing any more. */
const effects: Readonly<
  Record<Fault, (inner: WalletGateway, instruction: PaymentInstruction, late: Late) => Promise<unknown>>
> = {
  none: (inner, instruction) => inner.credit(instruction),
  'lose-request': () => Promise.reject(new Error('no answer')),
  async 'lose-reply'(inner, instruction) {
    await inner.credit(instruction);
    throw new Error('no answer');
  },
  'crash-before': (_inner, _instruction, late) => late.crash(),
  async 'crash-after'(inner, instruction, late) {
    await inner.credit(instruction);
    return late.crash();
  },
  delay(_inner, instruction, late) {
    late.waiting.push(instruction);
    return Promise.reject(new Error('no answer yet'));
  },
  async duplicate(inner, instruction) {
    await inner.credit(instruction);
    return inner.credit(instruction);
  },
  async garbage(inner, instruction) {
    await inner.credit(instruction);
    return '<html>502</html>';
  },
  async 'undocumented-code'(inner, instruction) {
    await inner.credit(instruction);
    return { kind: 'rejected', code: '-500042', detail: 'proxy timeout' };
  },
};

interface Late {
  readonly waiting: PaymentInstruction[];
  /** Never comes back: the process is gone. */
  crash(): Promise<never>;
}

/** Our process: while it is down, nothing reaches the store. */
export interface OwnProcess {
  isDown: boolean;
}

export interface FaultyGateway extends WalletGateway {
  /** Delivers what was delayed. */
  deliverLate(): Promise<void>;
}

/** A gateway behind a bad network; `next` says what happens at the next call. */
export function faultyGateway(inner: WalletGateway, own: OwnProcess, next: () => Fault): FaultyGateway {
  const late: Late = {
    waiting: [],
    crash: () => {
      own.isDown = true;
      return Promise.reject(new Crash('the process ended'));
    },
  };
  return {
    ...inner,
    credit: (instruction) => effects[next()](inner, instruction, late) as ReturnType<WalletGateway['credit']>,
    async query(instruction) {
      const fault = next();
      if (fault === 'lose-request' || fault === 'lose-reply') throw new Error('no answer');
      return fault === 'garbage' ? ({ status: 3 } as never) : inner.query(instruction);
    },
    async deliverLate() {
      for (const instruction of late.waiting.splice(0)) await inner.credit(instruction);
    },
  };
}

/** A store that a process which is down cannot write to any more. */
export function storeOf(own: OwnProcess, store: DocumentStore): DocumentStore {
  return {
    ...store,
    unitOfWork: (work) => (own.isDown ? Promise.reject(new Crash('the process ended')) : store.unitOfWork(work)),
  };
}
