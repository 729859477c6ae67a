/** A stopwatch over one piece of work: each lap books the time since the last one under a step. */
export interface Stopwatch {
  lap(step: string): void;
}

/** 步时: where the time of a path goes. Costs a reading of the clock for each step and batch, nothing for each record. */
export interface StepTimes {
  start(): Stopwatch;
  add(step: string, milliseconds: number): void;
  /** Milliseconds since the start, by step; steps of different threads run at the same time, so they do not add up to the wall clock. */
  totals(): Readonly<Record<string, number>>;
}

/** @param now milliseconds of a clock that never goes back */
export function createStepTimes(now: () => number): StepTimes {
  const totals = new Map<string, number>();
  const add = (step: string, milliseconds: number): void => {
    totals.set(step, (totals.get(step) ?? 0) + milliseconds);
  };
  return {
    start() {
      let last = now();
      return {
        lap(step) {
          const at = now();
          add(step, at - last);
          last = at;
        },
      };
    },
    add,
    totals: () => Object.fromEntries(totals),
  };
}
