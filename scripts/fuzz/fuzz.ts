import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { TspodError } from "../../src/errors.ts";
import { mutate } from "./mutate.ts";
import { seededRandom } from "./random.ts";
import type { Target } from "./target.ts";

/** Milliseconds of the processor's that one input of a few kilobytes may take. */
const SLOW = 1000;

/**
 * Give a target changed inputs for so long.
 * @returns how many those were
 * @throws {Error} With the seed and the input, where it fails by anything but a TspodError, or takes too
 * long.
 */
export async function fuzz(
  target: Target,
  { seed, milliseconds }: { seed: number; milliseconds: number },
): Promise<number> {
  const random = seededRandom(seed);
  const end = performance.now() + milliseconds;
  for (let count = 0; ; count++) {
    if (performance.now() >= end) return count;
    const input = target.make?.(random) ?? mutate(target.corpus, random);
    const began = process.cpuUsage();
    const problem =
      (await tryOne(target, input)) ?? (millisecondsSince(began) > SLOW ? "it is slow" : undefined);
    if (problem === undefined) continue;
    const path = join(tmpdir(), `fuzz-${target.name.replaceAll(" ", "-")}-${seed}`);
    writeFileSync(path, input);
    throw new Error(`${target.name}, TSPOD_FUZZ_SEED=${seed}, input ${count} (now "${path}"): ${problem}`);
  }
}

function millisecondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

async function tryOne(target: Target, input: Buffer): Promise<string | undefined> {
  try {
    const read = target.read(input);
    if (read instanceof Promise) await read;
  } catch (error) {
    if (!(error instanceof TspodError)) return inspect(error);
  }
  return undefined;
}
