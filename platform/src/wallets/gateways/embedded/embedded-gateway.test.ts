import { createSqliteStore } from '../../../storage/sqlite/sqlite-store.ts';
import { gatewayContract } from '../../gateway.contract.ts';
import { createEmbeddedGateway, simulatedPayments, simulatedWallets } from './embedded-gateway.ts';

gatewayContract('embedded core', () => {
  let now = Date.UTC(2026, 10, 24, 4);
  const store = createSqliteStore({ path: ':memory:', collections: [simulatedPayments, simulatedWallets] });
  const gateway = createEmbeddedGateway({ store, clock: { now: () => (now += 1) } });
  return Promise.resolve({
    gateway,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    fund: async (wallet, amountFen, entryId) => {
      await gateway.book({ entryId, wallet, kind: 'deposit', amountFen });
    },
    setState: (wallet, state) => gateway.setState(wallet, state),
    setQuotaControl: (wallet, hasQuotaControl) => gateway.setQuotaControl(wallet, hasQuotaControl),
    close: () => store.close(),
  });
});
