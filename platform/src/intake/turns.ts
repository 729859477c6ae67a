/** 轮次: how many batches are read, turned into activities and decided at a time; the others wait as the bytes in which they came. */
export interface Turns {
  /** Waits for a turn; what it gives ends the turn, once. */
  take(): Promise<() => void>;
}

export function createTurns(width: number): Turns {
  const waiting: (() => void)[] = [];
  let free = width;
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    // Behind what is ready: the batch that is decided next asks the store first, and this one is read while it waits for the answer.
    else setImmediate(next);
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        giveBack();
      };
    },
  };
}
