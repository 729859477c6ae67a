import { accountRefusals } from '../accounts/index.ts';
import { activityRefusals } from '../activities/index.ts';
import { backupRefusals } from '../backups/index.ts';
import { carbonRefusals } from '../carbon/index.ts';
import { configRefusals } from '../config-refusals.ts';
import { httpRefusals } from '../http/index.ts';
import type { RefusalTexts } from '../http/index.ts';
import { credentialRefusals, identityRefusals } from '../identity/index.ts';
import { appealRefusals, intakeRefusals } from '../intake/index.ts';
import type { RefusalText } from '../kernel/index.ts';
import { ledgerRefusals } from '../ledger/index.ts';
import { methodologyRefusals } from '../methodologies/index.ts';
import { operationsRefusals } from '../operations/index.ts';
import { pluginHostRefusals } from '../plugin-host/index.ts';
import type { PluginRegistry } from '../plugin-host/index.ts';
import { rewardRefusals } from '../rewards/index.ts';
import { storageRefusals } from '../storage/index.ts';
import { walletRefusals } from '../wallets/index.ts';

/** Every module's closed list of refusals, by the name of the module: the door's texts and the reference are made from it. */
export const refusalTables = {
  accounts: accountRefusals,
  activities: activityRefusals,
  backups: backupRefusals,
  appeals: appealRefusals,
  carbon: carbonRefusals,
  config: configRefusals,
  credentials: credentialRefusals,
  http: httpRefusals,
  identity: identityRefusals,
  intake: intakeRefusals,
  ledger: ledgerRefusals,
  methodologies: methodologyRefusals,
  operations: operationsRefusals,
  plugins: pluginHostRefusals,
  rewards: rewardRefusals,
  storage: storageRefusals,
  wallets: walletRefusals,
} as const satisfies Readonly<Record<string, Readonly<Record<string, RefusalText>>>>;

/** The text of a code: the platform's own, or one that a plugin declared. */
export function refusalTexts(plugins: PluginRegistry): RefusalTexts {
  const own = new Map<string, RefusalText>(Object.values(refusalTables).flatMap((table) => Object.entries(table)));
  return (code) => {
    const known = own.get(code);
    if (known !== undefined) return known;
    const declared = plugins.refusalText(code);
    return declared === undefined
      ? undefined
      : { kind: 'invalid', 'zh-CN': declared.text['zh-CN'], en: declared.text.en, next: declared.next };
  };
}
