import { waitpid } from "../../src/os/process.ts";
import { spawn } from "../../src/os/spawn.ts";
import { sleep } from "../../test/support/program.ts";
import { type Contest, inTurn, onAll } from "./contest.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

export const IMAGE = "bench.localhost/busybox";

/**
 * All leave something to be done behind the back of who waits: podman its `container cleanup`, tspod the
 * runtime's `delete`. It is not to be in the time of the other, whose turn is next.
 */
const SETTLE_MS = 250;

async function time(
  contest: Contest,
  args: readonly string[],
  { rounds }: BenchOptions,
): Promise<Row["values"]> {
  return inTurn(
    contest.engines,
    async ({ host, program }) => {
      await sleep(SETTLE_MS);
      return duration(program, args, host.env);
    },
    { rounds },
  );
}

/**
 * Milliseconds from vfork(2) to the end. child_process would add those that Node takes to fork itself and to
 * close pipes.
 */
export function duration(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): number {
  const began = performance.now();
  const { code } = waitpid(spawn({ file: program, argv: [program, ...args], env, fds: [-1, -1, -1] }));
  const taken = performance.now() - began;
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: exit ${code}`);
  return taken;
}

/** How long commands take that people and scripts wait for. */
export async function commandRows(contest: Contest, options: BenchOptions): Promise<Row[]> {
  const { containers } = options;
  const none = await time(contest, ["run", "--rm", "--network", "none", IMAGE, "true"], options);
  const slirp = await time(contest, ["run", "--rm", IMAGE, "true"], options);
  await onAll(contest, ["run", "-d", "--name", "box", "--network", "none", IMAGE, "sleep", "100000"]);
  const exec = await time(contest, ["exec", "box", "true"], options);
  for (let number = 0; number < containers; number++)
    await onAll(contest, ["create", "--network", "none", IMAGE, "true"]);
  const ps = await time(contest, ["ps", "-a"], options);
  return [
    {
      what: "run --rm --network none IMAGE true",
      unit: "ms",
      values: none,
      goal: { ratio: 0.55, podman58: 0.31 },
    },
    {
      what: "run --rm IMAGE true (slirp4netns)",
      unit: "ms",
      values: slirp,
      goal: { ratio: 0.5, podman58: 0.33 },
    },
    { what: "exec C true", unit: "ms", values: exec, goal: { ratio: 0.55, podman58: 0.28 } },
    { what: `ps -a, ${containers} containers`, unit: "ms", values: ps, goal: { ratio: 0.7 } },
  ];
}
