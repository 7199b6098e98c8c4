import { sleep } from "../../test/support/program.ts";
import { duration } from "./command-rows.ts";
import { type Contest, inTurn } from "./contest.ts";
import { costOf } from "./cost.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

const SETTLE_MS = 250;

/** How many layers the images have; Podman's storage stacks 127 at most. */
export function layerCounts({ short }: Pick<BenchOptions, "short">): readonly number[] {
  return short ? [1, 10] : [1, 10, 100];
}

/** The repository of bench.localhost that has the image of so many layers. */
export function layeredImage(count: number): string {
  return `layers-${count}`;
}

/** How long a pull takes, and a run, of an image with one layer, and with many. */
export async function layerRows(contest: Contest, options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of layerCounts(options)) {
    const image = `bench.localhost/${layeredImage(count)}`;
    const both = await inTurn(
      contest.engines,
      async (contestant) => {
        const { program, host } = contestant;
        await host.ok(["rmi", "-f", "-i", image]);
        // This process is the registry: it must not wait as duration() does.
        const { wall: pull } = await costOf(contestant, ["pull", "-q", image]);
        await sleep(SETTLE_MS);
        const run = duration(program, ["run", "--rm", "--network", "none", image, "true"], host.env);
        await sleep(SETTLE_MS);
        return { pull, run };
      },
      { rounds: Math.min(options.rounds, 5) },
    );
    for (const [key, plot, goal] of [
      ["pull", "pull of small layers", { ratio: 0.4 }],
      ["run", "run --rm --network none", { ratio: 0.55, podman58: 0.31 }],
    ] as const) {
      const values = new Map([...both].map(([name, rounds]) => [name, rounds.map((round) => round[key])]));
      const what = `${plot}, ${count} layers`;
      rows.push({ what, unit: "ms", values, goal, point: { plot, of: "layers", at: count } });
    }
  }
  return rows;
}
