import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../kernel/index.ts';
import type { Log } from '../kernel/index.ts';
import type { DocumentStore } from '../storage/index.ts';
import { createRoutine } from './routine.ts';
import type { StepResult, Stepper, StepperParts } from './stepper.ts';
import { createStepper } from './stepper.ts';

const running: Stepper[] = [];
afterEach(async () => {
  for (const stepper of running.splice(0)) await stepper.stop();
});

/** A lease, a log and a time of the test's own: a rest ends when the test says so, or the worker is stopped. */
function stage() {
  const rests: number[] = [];
  const logged: string[] = [];
  const state = { isOurs: true, isPaused: false, released: 0 };
  let wake: () => void = () => undefined;
  const logOf = (about: readonly string[]): Log => {
    const line = (event: string, fields: object = {}) => {
      logged.push([event, ...about, ...(Object.values(fields) as string[])].join(' '));
    };
    const child = (fields: object) => logOf([...about, ...(Object.values(fields) as string[])]);
    return { debug: line, info: line, warn: line, error: line, child };
  };
  const conditions = {
    lease: {
      hold: () => Promise.resolve(state.isOurs),
      store: {} as DocumentStore,
      release: () => {
        state.released += 1;
        return Promise.resolve();
      },
    },
    isPaused: () => Promise.resolve(state.isPaused),
    rest: (milliseconds: number, signal?: AbortSignal) => {
      rests.push(milliseconds);
      return new Promise<void>((resolve) => {
        wake = resolve;
        signal?.addEventListener('abort', () => {
          resolve();
        });
        if (signal?.aborted === true) resolve();
      });
    },
  };
  return {
    rests,
    logged,
    state,
    conditions,
    log: logOf([]),
    wake: () => {
      wake();
    },
  };
}

/** A worker whose steps find one thing after another, and then nothing. */
function working(results: readonly (StepResult | Error)[], parts: Partial<StepperParts> = {}) {
  const there = stage();
  const asked: boolean[] = [];
  const left = [...results];
  const step = (now: boolean): Promise<StepResult> => {
    asked.push(now);
    const next = left.shift() ?? 'idle';
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const stepper = createStepper({ ...there.conditions, name: 'test', log: there.log, idleMs: 50, step, ...parts });
  running.push(stepper);
  return { ...there, stepper, asked };
}

describe('a worker by itself', () => {
  it('steps on while there is something to do, rests when there is not, and goes on after the rest', async () => {
    const { stepper, rests, asked, wake } = working(['did', 'did']);
    stepper.start();
    await expect.poll(() => rests).toEqual([50]);
    expect(asked).toEqual([false, false, false]);
    wake();
    await expect.poll(() => rests).toEqual([50, 50]);
    expect(asked).toHaveLength(4);
  });

  it('rests longer when something is in the way, and after a defect, which it logs', async () => {
    const { stepper, rests, logged, wake } = working(['waiting', new Error('broken')]);
    stepper.start();
    await expect.poll(() => rests).toEqual([2_000]);
    expect(logged).toEqual([]);
    wake();
    await expect.poll(() => rests).toEqual([2_000, 2_000]);
    expect(logged).toEqual(['test.defect']);
  });

  it('calls a coded obstacle no defect, and rests the longer', async () => {
    const { stepper, rests, logged } = working([new Refusal('STORAGE_FULL', 'unavailable')]);
    stepper.start();
    await expect.poll(() => rests).toEqual([2_000]);
    expect(logged).toEqual(['test.waiting STORAGE_FULL']);
  });

  it.each([
    [50, 2_000],
    [3_600_000, 3_600_000],
  ])('leaves the work to the server that has the lease: idle %i ms, rests %i ms', async (idleMs, restMs) => {
    const { stepper, rests, asked, state } = working(['did'], { idleMs });
    state.isOurs = false;
    stepper.start();
    await expect.poll(() => rests).toEqual([restMs]);
    expect(asked).toEqual([]);
  });

  it('takes a lease that was lost in the middle of a step for another server’s, not for a defect', async () => {
    const { stepper, rests, logged } = working([new Refusal('STORAGE_LEASE_LOST', 'conflict')]);
    stepper.start();
    await expect.poll(() => rests).toEqual([2_000]);
    expect(logged).toEqual([]);
  });

  it('does nothing while it is paused', async () => {
    const { stepper, rests, asked, state } = working(['did']);
    state.isPaused = true;
    stepper.start();
    await expect.poll(() => rests).toEqual([50]);
    await stepper.runAll();
    expect(asked).toEqual([]);
  });

  it('ends when it is told to: after the step under way, out of its rest, and gives the lease back', async () => {
    const { stepper, rests, state, asked } = working([]);
    stepper.start();
    await expect.poll(() => rests).toEqual([50]);
    await stepper.stop();
    expect(state.released).toBe(1);
    expect(asked).toHaveLength(1);

    let finish: (result: StepResult) => void = () => undefined;
    const slow = working([], { step: () => new Promise((resolve) => (finish = resolve)) });
    const everything = slow.stepper.runAll();
    const stopped = slow.stepper.stop().then(() => 'stopped');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(slow.state.released).toBe(0);
    finish('did');
    expect(await stopped).toBe('stopped');
    await everything;
    expect(slow.state.released).toBe(1);
  });
});

describe('a worker that is asked for everything', () => {
  it('steps until nothing is left, and says that it was asked', async () => {
    const { stepper, asked, rests } = working(['did', 'did']);
    await stepper.runAll();
    expect(asked).toEqual([true, true, true]);
    expect(rests).toEqual([]);
  });

  it('ends where something is in the way, and where a step fails it says so and is not broken by it', async () => {
    const { stepper, asked } = working(['did', 'waiting', 'did', new Error('broken'), 'did']);
    await stepper.runAll();
    expect(asked).toHaveLength(2);
    await expect(stepper.runAll()).rejects.toThrow('broken');
    await stepper.runAll();
    expect(asked).toHaveLength(6);
  });

  it('waits while another server has work left, and no longer', async () => {
    let left = 3;
    const { stepper, state, rests, asked } = working([], {
      isLeft: () => Promise.resolve((left -= 1) > 0),
      rest: () => Promise.resolve(),
    });
    state.isOurs = false;
    await stepper.runAll();
    expect([left, asked, rests]).toEqual([0, [], []]);
  });

  it('gives up on another server after half a minute', async () => {
    const waited: number[] = [];
    const { stepper, state } = working([], {
      isLeft: () => Promise.resolve(true),
      rest: (milliseconds) => {
        waited.push(milliseconds);
        return Promise.resolve();
      },
    });
    state.isOurs = false;
    await stepper.runAll();
    expect(waited.reduce((sum, one) => sum + one, 0)).toBe(30_000);
  });

  it('does not wait where nobody said what would be left', async () => {
    const { stepper, state, rests } = working(['did']);
    state.isOurs = false;
    await stepper.runAll();
    expect(rests).toEqual([]);
  });

  it('does not go on after it was stopped', async () => {
    const { stepper, asked } = working(Array.from({ length: 1_000 }, () => 'did' as const));
    await stepper.stop();
    await stepper.runAll();
    expect(asked).toEqual([]);
  });
});

describe('steps and what is done between them', () => {
  it('never happen at one time, whoever asks', async () => {
    let [under, most, done] = [0, 0, 0];
    const alone = async (): Promise<void> => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      under -= 1;
    };
    const { stepper } = working([], {
      step: async () => {
        await alone();
        return (done += 1) % 5 === 0 ? 'idle' : 'did';
      },
    });
    stepper.start();
    await Promise.all([stepper.runAll(), stepper.between(alone), stepper.runAll(), stepper.between(alone)]);
    expect(most).toBe(1);
    expect(done).toBeGreaterThan(5);
    expect(await stepper.between(() => Promise.resolve('answer'))).toBe('answer');
  });
});

describe('a routine', () => {
  function chores(parts: Readonly<Record<string, readonly (boolean | Error)[]>>) {
    const there = stage();
    const done: string[] = [];
    const left = new Map(Object.entries(parts).map(([name, results]) => [name, [...results]]));
    const routine = createRoutine(there.log, {
      ...there.conditions,
      everyMs: 10_000,
      chores: [...left].map(([name, results]) => ({
        name,
        step: () => {
          done.push(name);
          const next = results.shift() ?? false;
          return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
        },
      })),
    });
    running.push(routine);
    return { ...there, routine, done };
  }

  it('does each chore to its end and then the next, rests, and begins again', async () => {
    const { routine, done, rests, wake } = chores({ one: [true, true], two: [], three: [true] });
    routine.start();
    await expect.poll(() => rests).toEqual([10_000]);
    expect(done).toEqual(['one', 'one', 'one', 'two', 'three', 'three']);
    wake();
    await expect.poll(() => rests).toEqual([10_000, 10_000]);
    expect(done.slice(6)).toEqual(['one', 'two', 'three']);
  });

  it('logs a chore that fails and goes on with the others', async () => {
    const { routine, done, rests, logged } = chores({ one: [true, new Error('broken')], two: [] });
    routine.start();
    await expect.poll(() => rests).toEqual([10_000]);
    expect(done).toEqual(['one', 'one', 'two']);
    expect(logged).toEqual(['routine.defect one']);
  });

  it('takes a lost lease for no chore’s fault', async () => {
    const { routine, rests, logged } = chores({ one: [new Refusal('STORAGE_LEASE_LOST', 'conflict')], two: [] });
    routine.start();
    await expect.poll(() => rests).toEqual([10_000]);
    expect(logged).toEqual([]);
  });
});
