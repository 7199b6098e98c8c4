import type { Random } from "./random.ts";

/** A reader of what others write. It, or its promise, may fail by a TspodError, and by nothing else. */
export interface Target {
  readonly name: string;
  readonly corpus: readonly Buffer[];
  /** An input of its own kind; undefined: one of the corpus is to be changed. */
  make?(random: Random): Buffer | undefined;
  read(input: Buffer): unknown;
}

/** A corpus of texts. */
export function texts(...values: readonly string[]): Buffer[] {
  return values.map((value) => Buffer.from(value));
}

/** A corpus of values as JSON. */
export function json(...values: readonly unknown[]): Buffer[] {
  return values.map((value) => Buffer.from(JSON.stringify(value)));
}
