import { balances, holds, journal } from '../accounts/index.ts';
import { activities, claims, dayBooks, globalSourceKeys, refusalsKept } from '../activities/index.ts';
import { trailEntries, trailHeads } from '../audit/index.ts';
import { batches, carbonRecords, chainMarks, programmeDays } from '../carbon/index.ts';
import { keptAnswers } from '../http/index.ts';
import {
  accountDocuments,
  citizenDocuments,
  consents,
  credentials,
  firstAdmins,
  keyMarks,
  suppressions,
} from '../identity/index.ts';
import { appeals, earlierJourneys, erasures, openJourneys, runs, runTraces, seenRecords } from '../intake/index.ts';
import { controls } from '../operations/index.ts';
import {
  budgetTotals,
  campaigns,
  deposits,
  moneyDays,
  reconciledDays,
  reconciliationDifferences,
  reconciliationMarks,
  reconciliations,
  redemptionCaps,
  redemptions,
  settlements,
} from '../rewards/index.ts';
import { leases } from '../storage/index.ts';
import { simulatedPayments, simulatedWallets } from '../wallets/gateways/embedded/embedded-gateway.ts';
import { payments, walletBindings } from '../wallets/index.ts';

/** Every collection of every module: what the store is opened with. */
export const collections = [
  accountDocuments,
  activities,
  appeals,
  balances,
  batches,
  budgetTotals,
  campaigns,
  carbonRecords,
  chainMarks,
  citizenDocuments,
  claims,
  consents,
  controls,
  credentials,
  dayBooks,
  deposits,
  earlierJourneys,
  erasures,
  firstAdmins,
  globalSourceKeys,
  holds,
  journal,
  keptAnswers,
  keyMarks,
  leases,
  moneyDays,
  openJourneys,
  payments,
  programmeDays,
  reconciledDays,
  reconciliationDifferences,
  reconciliationMarks,
  reconciliations,
  redemptionCaps,
  redemptions,
  refusalsKept,
  runs,
  runTraces,
  seenRecords,
  settlements,
  simulatedPayments,
  simulatedWallets,
  suppressions,
  trailEntries,
  trailHeads,
  walletBindings,
];
