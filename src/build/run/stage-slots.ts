/** Runs what needs other things first, so many at once. */
export type Slots = <T>(needs: readonly Promise<unknown>[], act: () => Promise<T>) => Promise<T>;

/**
 * Whoever waits for what it needs takes no slot, so nothing waits for itself.
 * @param count how many at once
 */
export function stageSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (needs, act) => {
    await Promise.all(needs);
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
