import { type Contest, inTurn } from "./contest.ts";
import { type Cost, costOf } from "./cost.ts";
import { costRows } from "./cost-rows.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

const PATIENCE_MS = 300_000;

/** The repository of bench.localhost with the image. */
export const BIG_IMAGE = "big";

/** Files of it: 500 MB; with --short 100. */
export function bigImageFiles({ short }: Pick<BenchOptions, "short">): number {
  return short ? 9_000 : 45_000;
}

/**
 * The first run of a big image with `--userns=keep-id`: its files need other owners than they have. Each
 * round pulls the image anew, which is not measured.
 */
export async function keepIdRows(contest: Contest, { short, imageRounds }: BenchOptions): Promise<Row[]> {
  const image = `bench.localhost/${BIG_IMAGE}`;
  const costs = await inTurn<Cost>(
    contest.engines,
    async (contestant) => {
      const { host } = contestant;
      await host.ok(["rmi", "-f", "-i", image], { timeoutMs: PATIENCE_MS });
      await host.ok(["pull", "-q", image], { timeoutMs: PATIENCE_MS });
      return costOf(contestant, ["run", "--rm", "--network", "none", "--userns=keep-id", image, "true"]);
    },
    { rounds: imageRounds, warmUp: false },
  );
  return costRows(
    `first run --userns=keep-id of ${short ? 100 : 500} MB`,
    { ratio: 0.3, cpuRatio: 0.5 },
    costs,
  );
}
