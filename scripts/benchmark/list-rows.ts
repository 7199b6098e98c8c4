import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../test/support/program.ts";
import { tarArchive } from "../../test/support/tar-archive.ts";
import { duration, IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn } from "./contest.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

/** What is to be reached, as a share of podman's time. */
const GOAL = { ratio: 0.6, podman58: 0.3 };
const SETTLE_MS = 100;

/** How long `ps`, `images` and `inspect` take with few containers and images, and with a thousand. */
export async function listRows(contest: Contest, options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  let made = 0;
  for (const count of options.short ? [1, 100] : [1, 10, 100, 1000]) {
    for (; made < count; made++) for (const engine of contest.engines) makeOne(engine, made);
    rows.push(...(await rowsWith(contest, count, options)));
  }
  return rows;
}

/** A container and an image, each as small as can be. */
function makeOne({ program, host }: Contestant, number: number): void {
  const archive = join(host.directory, "one.tar");
  writeFileSync(archive, tarArchive([{ path: "number", content: Buffer.from(String(number)) }]));
  duration(program, ["import", "-q", archive, `localhost/list-${number}`], host.env);
  duration(program, ["create", "--name", `list-${number}`, "--network", "none", IMAGE, "true"], host.env);
}

async function rowsWith(contest: Contest, count: number, { rounds }: BenchOptions): Promise<Row[]> {
  const calls: readonly (readonly [what: string, args: readonly string[]])[] = [
    [`ps -a, ${count} containers`, ["ps", "-a"]],
    [`images, ${count} images`, ["images"]],
    [`inspect of one of ${count} containers`, ["inspect", "list-0"]],
  ];
  const rows: Row[] = [];
  for (const [what, args] of calls) {
    const values = await inTurn(
      contest.engines,
      async ({ program, host }) => {
        await sleep(SETTLE_MS);
        return duration(program, args, host.env);
      },
      { rounds },
    );
    rows.push({ what, unit: "ms", values, goal: GOAL });
  }
  return rows;
}
