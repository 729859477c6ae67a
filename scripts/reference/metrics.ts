import { createMetrics } from '../../platform/src/runtime/metrics.ts';
import type { Page } from './page.ts';
import { code, page, table } from './page.ts';

/** Our own metrics, and what is worth waking somebody for. */
export async function metricsPage(): Promise<Page> {
  const described = await createMetrics({ mode: 'demo', ledger: 'embedded' }).describe();
  const rows = described.map(({ name, type, help }) => [code(name), type, help]);
  return page('metrics.md', 'Metrics', [
    'In Prometheus’ text format at `GET /metrics` for an operator’s token, or without a credential on a port of its own: `TANHUI_METRICS_PORT`, on `TANHUI_METRICS_HOST` (this machine only, unless you say otherwise). `docker/prometheus.yml` scrapes that one. Beside these stand the process’s own (`process_…`, `nodejs_…`). No metric carries a person, an account or an organisation.',
    table(['metric', 'type', 'what it says'], rows),
    '## Worth an alert',
    table(
      ['expression', 'what it means', 'where to look'],
      [
        ['`tanhui_ready == 0`', 'store or ledger does not answer', '`/ready`, the log'],
        ['`tanhui_batches_open_oldest_seconds > 300`', 'batches do not reach the ledger', '`GET /v1/operations/stuck`'],
        [
          '`tanhui_records_too_late > 0`',
          'a day was closed on the ledger without some of its records, and nothing stands in for them yet: over within seconds where nothing is in the way',
          '`tanhui status`, [run a city](../guides/run-a-city.md)',
        ],
        [
          '`tanhui_records_waiting_oldest_seconds > 300`',
          'records are accepted but not sealed; paused, or the sealer fails',
          '`GET /v1/operations/controls`, the log',
        ],
        ['`tanhui_payments_unresolved > 0`', 'the bank’s answer is unknown', '`GET /v1/payments/unresolved`'],
        [
          '`tanhui_payments_unsealed_oldest_seconds > 300`',
          'payments are settled but do not reach the ledger',
          '`tanhui status`, `GET /v1/operations/stuck`',
        ],
        ['`rate(tanhui_http_refusals_total{code="DEFECT"}[5m]) > 0`', 'a fault of ours', 'the log, by trace id'],
        ['`max by (work) (tanhui_paused) == 1`', 'somebody paused work and may have forgotten it', '`tanhui status`'],
      ],
    ),
  ]);
}
