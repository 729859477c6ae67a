import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../kernel/index.ts';

/** What is read when somebody asks for the figures, rather than counted as it happens; absent members are left out. */
export interface Readings {
  readonly waitingRecords: number;
  readonly oldestWaitingSeconds: number;
  readonly openBatches: number;
  readonly oldestBatchSeconds: number;
  readonly tooLateRecords: number;
  readonly duePayments: number;
  readonly unresolvedPayments: number;
  readonly oldestUnresolvedSeconds: number;
  readonly unsealedPayments: number;
  readonly oldestUnsealedSeconds: number;
  readonly ledgerBlocks: number;
  /** Start of the last ended day that was reconciled, seconds, by programme. */
  readonly reconciledDaySeconds: Readonly<Record<string, number>>;
  /** Differences of days that differ, by programme. */
  readonly differences: Readonly<Record<string, number>>;
  /** Days that are not balanced, by state. */
  readonly unbalancedDays: Readonly<Record<'open' | 'differs', number>>;
  /** By part: store, ledger. */
  readonly ready: Readonly<Record<string, boolean>>;
  readonly paused: Readonly<Record<string, boolean>>;
  /** Of the intake and the sealing, by step. */
  readonly stepMilliseconds: Readonly<Record<string, number>>;
}

export interface MetricsRegistry extends Metrics {
  /** In Prometheus' text format. */
  text(readings: Readings): Promise<string>;
  readonly contentType: string;
  /** Our own metrics as the reference lists them. */
  describe(): Promise<readonly MetricDescription[]>;
}

export interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

const secondsBuckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];

/** 指标 of one process; nothing is shared between two in one process, so that tests do not see each other's. */
export function createMetrics({ mode, ledger }: { readonly mode: string; readonly ledger: string }): MetricsRegistry {
  const registry = new Registry();
  const counted = createCounters(registry);
  const read = createGauges(registry);
  read.build.set({ mode, ledger, node: process.versions.node }, 1);
  const ours = registry.getMetricsAsArray().map(({ name }) => name);
  collectDefaultMetrics({ register: registry });
  return {
    ...recorder(counted),
    contentType: registry.contentType,
    async text(readings) {
      setGauges(read, readings);
      return registry.metrics();
    },
    async describe() {
      const all = await registry.getMetricsAsJSON();
      return all
        .filter(({ name }) => ours.includes(name))
        .map(({ name, type, help }) => ({ name, type: String(type), help }));
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Histogram({
      name: 'tanhui_http_request_seconds',
      help: 'Time until an answer begins, by method, route and status',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: secondsBuckets,
      registers,
    }),
    refusals: new Counter({
      name: 'tanhui_http_refusals_total',
      help: 'Requests refused, by code; DEFECT is ours to repair',
      labelNames: ['code'] as const,
      registers,
    }),
    records: new Counter({
      name: 'tanhui_records_total',
      help: 'Records that came in, by source and outcome: used, duplicate, refused, open',
      labelNames: ['source', 'outcome'] as const,
      registers,
    }),
  };
}

function recorder({ requests, refusals, records }: ReturnType<typeof createCounters>): Metrics {
  return {
    answered: ({ method, route, status, seconds }) => {
      requests.observe({ method, route, status: String(status) }, seconds);
    },
    refused: (code) => {
      refusals.inc({ code });
    },
    records: (source, outcomes) => {
      for (const [outcome, count] of Object.entries(outcomes)) if (count > 0) records.inc({ source, outcome }, count);
    },
  };
}

function createGauges(registry: Registry) {
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `tanhui_${name}`, help, labelNames, registers: [registry] });
  return {
    build: gauge('info', 'Always 1; says what runs', ['mode', 'ledger', 'node']),
    waitingRecords: gauge('records_waiting', 'Records accepted that no batch holds yet'),
    oldestWaiting: gauge('records_waiting_oldest_seconds', 'Age of the oldest of them; 0 where none waits'),
    openBatches: gauge('batches_open', 'Batches prepared that are not on the ledger yet'),
    oldestBatch: gauge('batches_open_oldest_seconds', 'Age of the oldest of them; 0 where none is open'),
    tooLate: gauge(
      'records_too_late',
      'Records whose day was closed on the ledger without them, and for which nothing on a later day stands in yet',
    ),
    duePayments: gauge('payments_due', 'Payments with something still to be done; 1000 says at least'),
    unresolved: gauge('payments_unresolved', 'Payments whose outcome is unknown; 1000 says at least'),
    oldestUnresolved: gauge('payments_unresolved_oldest_seconds', 'For how long the oldest of them is unknown'),
    unsealed: gauge(
      'payments_unsealed',
      'Payments settled that no seal on the ledger holds yet; 1000 outside of open seals says at least',
    ),
    oldestUnsealed: gauge(
      'payments_unsealed_oldest_seconds',
      'For how long the oldest of them waits; 0 where none does',
    ),
    blocks: gauge('ledger_blocks', 'Height of the ledger as this replica sees it'),
    reconciledDay: gauge('reconciled_day_seconds', 'Start of the last ended day that was reconciled', ['programme']),
    differences: gauge('reconciliation_differences', 'Differences in the days that differ', ['programme']),
    unbalanced: gauge(
      'reconciliation_unbalanced_days',
      'Days that are not balanced: open ends by itself, differs needs a person',
      ['state'],
    ),
    ready: gauge('ready', '1 where the part answers', ['part']),
    paused: gauge('paused', '1 where an operator has stopped the work', ['work']),
    steps: gauge('step_seconds', 'Time spent since the start, by step of intake and sealing; grows only', ['step']),
  };
}

function setGauges(gauges: ReturnType<typeof createGauges>, readings: Readings): void {
  gauges.waitingRecords.set(readings.waitingRecords);
  gauges.oldestWaiting.set(readings.oldestWaitingSeconds);
  gauges.openBatches.set(readings.openBatches);
  gauges.oldestBatch.set(readings.oldestBatchSeconds);
  gauges.tooLate.set(readings.tooLateRecords);
  gauges.duePayments.set(readings.duePayments);
  gauges.unresolved.set(readings.unresolvedPayments);
  gauges.oldestUnresolved.set(readings.oldestUnresolvedSeconds);
  gauges.unsealed.set(readings.unsealedPayments);
  gauges.oldestUnsealed.set(readings.oldestUnsealedSeconds);
  gauges.blocks.set(readings.ledgerBlocks);
  setReconciliation(gauges, readings);
  for (const [part, isReady] of Object.entries(readings.ready)) gauges.ready.set({ part }, isReady ? 1 : 0);
  for (const [work, isPaused] of Object.entries(readings.paused)) gauges.paused.set({ work }, isPaused ? 1 : 0);
  for (const [step, milliseconds] of Object.entries(readings.stepMilliseconds))
    gauges.steps.set({ step }, milliseconds / 1_000);
}

function setReconciliation(gauges: ReturnType<typeof createGauges>, readings: Readings): void {
  const { reconciledDaySeconds, differences, unbalancedDays } = readings;
  for (const [programme, seconds] of Object.entries(reconciledDaySeconds))
    gauges.reconciledDay.set({ programme }, seconds);
  gauges.differences.reset();
  for (const [programme, count] of Object.entries(differences)) gauges.differences.set({ programme }, count);
  for (const [state, count] of Object.entries(unbalancedDays)) gauges.unbalanced.set({ state }, count);
}
