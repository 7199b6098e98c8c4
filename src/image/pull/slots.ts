/** A limit on how many tasks run at once; those that wait are served in order. */
export interface Slots {
  /** Dispose of it to let the next one in. */
  take(): Promise<Disposable>;
}

/** @param count how many at once */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  function slot(): Disposable {
    let held = true;
    return {
      [Symbol.dispose]() {
        if (!held) return;
        held = false;
        const next = waiting.shift();
        if (next === undefined) free++;
        else next();
      },
    };
  }
  return {
    take() {
      if (free > 0) {
        free--;
        return Promise.resolve(slot());
      }
      return new Promise((resolve) => waiting.push(() => resolve(slot())));
    },
  };
}
