import { describe } from 'vitest';
import { describeLasting } from './lasting.contract.ts';
import { describeLeases } from './leases.contract.ts';
import { describeModel } from './model.contract.ts';
import { describeReading } from './reading.contract.ts';
import type { StorageEngine } from './site.ts';
import { describeUnits } from './units.contract.ts';
import { describeWriting } from './writing.contract.ts';

/** 存储契约: every promise of the storage port, on an engine. Each adapter's test file calls it. */
export function describeStorage(
  engine: StorageEngine,
  options: { readonly isLasting: boolean; readonly isSkipped?: boolean },
): void {
  describe.skipIf(options.isSkipped === true)(`storage port on ${engine.name}`, () => {
    describeReading(engine);
    describeWriting(engine);
    describeUnits(engine);
    describeLeases(engine);
    describeModel(engine);
    if (options.isLasting) describeLasting(engine);
  });
}
