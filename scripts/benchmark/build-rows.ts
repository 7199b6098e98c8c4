import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildCost, buildCostOf } from "./build-cost.ts";
import { IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn } from "./contest.ts";
import { PEAK_MB } from "./cost-rows.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

/** One kind of build, and what is to be reached as a share of the faster podman and of BuildKit. */
interface Kind {
  readonly what: string;
  readonly dockerfile: string;
  readonly ratio: number;
  readonly buildkit: number;
  /** Whether the build before it, which is not measured, has filled the cache. */
  readonly cached?: boolean;
  /** Changes the context just before what is measured. */
  readonly change?: (context: string, turn: { round: number; name: string }) => void;
}

const STEPS = 30;
const DIRECTORIES = 200;
/** Bytes, so that 20 000 files are 200 MB. */
const FILE_SIZE = 10_000;
/** A file that was changed just now is looked at again by all; that is not what is measured. */
const SETTLED = "-d '10 seconds ago'";

function kinds(files: number): readonly Kind[] {
  const runs = Array.from({ length: STEPS }, (_, index) => `RUN true ${index}`).join("\n");
  const sleeper = (index: number): string =>
    `FROM ${IMAGE} AS s${index}\nRUN sleep 2; echo ${index} > /x${index}`;
  const copies = [0, 1, 2, 3].map((index) => `COPY --from=s${index} /x${index} /`).join("\n");
  return [
    {
      what: `nothing changed, ${STEPS} steps`,
      dockerfile: `FROM ${IMAGE}\n${runs}\n`,
      ratio: 0.25,
      buildkit: 1,
      cached: true,
    },
    { what: `${STEPS} × RUN true`, dockerfile: `FROM ${IMAGE}\n${runs}\n`, ratio: 0.35, buildkit: 0.8 },
    {
      what: `COPY of ${files} files`,
      dockerfile: `FROM ${IMAGE}\nCOPY files /files\n`,
      ratio: 0.4,
      buildkit: 0.9,
    },
    {
      what: `one of ${files} files changed`,
      dockerfile: `FROM ${IMAGE}\nCOPY files /files\n`,
      ratio: 0.3,
      buildkit: 0.9,
      cached: true,
      change(context, { round, name }) {
        const path = join(context, "files", "d5", "f5");
        writeFileSync(path, `changed ${round} for ${name}`);
        execFileSync("sh", ["-c", `touch ${SETTLED} '${path}'`]);
      },
    },
    {
      what: "RUN that writes 10 000 files, two more steps",
      dockerfile: `FROM ${IMAGE}\nRUN mkdir /x && i=0; while [ $i -lt 10000 ]; do echo $i > /x/$i; i=$((i+1)); done\nRUN true\nRUN true 2\n`,
      ratio: 0.4,
      buildkit: 0.9,
    },
    {
      what: "four stages of 2 s each",
      dockerfile: `${[0, 1, 2, 3].map(sleeper).join("\n")}\nFROM ${IMAGE}\n${copies}\n`,
      ratio: 0.4,
      buildkit: 1,
    },
  ];
}

/**
 * Builds of the same context and the same Dockerfile, each in turn: wall time, processor time, memory at its
 * peak (of BuildKit that of its client only), and what went to the disk. Without `cached` each is built
 * without the cache.
 */
export async function buildRows(contest: Contest, { short, imageRounds }: BenchOptions): Promise<Row[]> {
  const files = short ? 4_000 : 20_000;
  const builders = [...contest.engines, ...(contest.buildkit ? [contest.buildkit] : [])];
  const rows: Row[] = [];
  for (const [index, kind] of kinds(files).entries()) {
    const context = makeContext(contest.tspod.host.directory, { kind, index, files });
    const costs = await inTurn(
      builders,
      async (contestant, round) => {
        kind.change?.(context, { round, name: contestant.name });
        return await buildOnce(contestant, context, kind);
      },
      { rounds: imageRounds, warmUp: kind.cached === true },
    );
    rows.push(...rowsOf(kind, costs));
  }
  return rows;
}

function rowsOf(
  { what, ratio, buildkit }: Kind,
  costs: ReadonlyMap<Contestant["name"], readonly BuildCost[]>,
): Row[] {
  const values = (part: keyof BuildCost): Row["values"] =>
    new Map([...costs].map(([name, each]) => [name, each.map((cost) => cost[part])]));
  const goal = { ratio, buildkit };
  return [
    { what: `build: ${what}`, unit: "ms", values: values("wall"), goal },
    { what: "  processor time", unit: "ms", values: values("cpu"), goal },
    { what: "  written", unit: "MB", values: values("written"), goal: { ratio: 1 } },
    { what: "  memory at its peak", unit: "MB", values: values("peak"), goal: { below: PEAK_MB } },
  ];
}

async function buildOnce(contestant: Contestant, context: string, kind: Kind): Promise<BuildCost> {
  // Docker has them anyhow.
  const layers = contestant.name === "buildkit" ? [] : ["--layers"];
  const cache = kind.cached ? [] : ["--no-cache"];
  return await buildCostOf(contestant, ["build", "-q", "--network", "none", ...layers, ...cache, context]);
}

/** @returns absolute path */
function makeContext(
  directory: string,
  { kind, index, files }: { kind: Kind; index: number; files: number },
): string {
  const context = join(directory, `context-${index}`);
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, "Dockerfile"), kind.dockerfile);
  if (!kind.dockerfile.includes("COPY files")) return context;
  for (let parent = 0; parent < DIRECTORIES; parent++) {
    mkdirSync(join(context, "files", `d${parent}`), { recursive: true });
    for (let file = 0; file < files / DIRECTORIES; file++) {
      const path = join(context, "files", `d${parent}`, `f${file}`);
      writeFileSync(path, Buffer.alloc(FILE_SIZE, `${parent} ${file} `));
    }
  }
  execFileSync("find", [
    join(context, "files"),
    "-type",
    "f",
    "-exec",
    "touch",
    "-d",
    "1 day ago",
    "{}",
    "+",
  ]);
  return context;
}
