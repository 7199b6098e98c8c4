/** Numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
}

/** @param seed 32 bits; mulberry32 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  function below(limit: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }
  return {
    below,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}

/** TSPOD_FUZZ_SEED, otherwise a seed of its own. */
export function chooseSeed(env: NodeJS.ProcessEnv): number {
  return Number(env.TSPOD_FUZZ_SEED ?? Date.now() % 2 ** 32) >>> 0;
}
