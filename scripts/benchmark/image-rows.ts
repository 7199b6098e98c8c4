import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Contest, type Contestant, inTurn } from "./contest.ts";
import { type Cost, costOf } from "./cost.ts";
import { costRows } from "./cost-rows.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

/** One operation on a big image. */
interface Operation {
  readonly what: string;
  /** Where the stores are, for the row's name. */
  readonly where: string;
  readonly ratio: number;
}

/**
 * Pull an image into a store that has nothing, push it from there to a repository that has nothing, and once
 * more to where it is now, save it, and load it into another store that has nothing. Stores stay until
 * removeStores(), which comes when all is measured: where files were just deleted, ext4 without a journal
 * passes over each of their inodes for some minutes, and makes a file in half a millisecond.
 * @param image repository of bench.localhost
 */
export async function imageRows(
  contest: Contest,
  { image, what, where, ratio }: Operation & { readonly image: string },
  { imageRounds }: BenchOptions,
): Promise<Row[]> {
  const costs = await inTurn(
    [...contest.engines, contest.skopeo],
    (contestant, round) => roundTrip(contestant, image, { round, registry: contest.target }),
    {
      rounds: imageRounds,
      warmUp: false,
    },
  );
  const ratios = { ...RATIOS, pull: ratio };
  return STEPS.flatMap((step) =>
    costRows(
      `${WORDS[step] ?? step}, ${what}, ${where}`,
      { ratio: ratios[step], cpuRatio: Math.max(ratios[step], CPU_RATIO) },
      new Map([...costs].map(([name, rounds]) => [name, rounds.map((round) => round[step])])),
    ),
  );
}

const STEPS = ["pull", "push", "pushAgain", "save", "load"] as const;
type Step = (typeof STEPS)[number];
const RATIOS = { push: 0.4, pushAgain: 0.8, save: 0.4, load: 0.4 };
const WORDS: { readonly [step in Step]?: string } = { pushAgain: "push of what is there" };
/** Making files on a disk is mostly waiting; in memory the wall time can come down further than the work. */
const CPU_RATIO = 0.5;

type RoundTrip = Readonly<Record<Step, Cost>>;

async function roundTrip(
  contestant: Contestant,
  image: string,
  { round, registry }: { round: number; registry: string },
): Promise<RoundTrip> {
  const archive = join(contestant.host.directory, STORES, `${image}-${round}.tar`);
  const first = await emptyStore(contestant, `${image}-${round}-first`);
  const second = await emptyStore(contestant, `${image}-${round}-second`);
  const target = `${registry}/${contestant.name}/${image}-${round}:latest`;
  const { pull, push, pushAgain, save, load } = commandsOf(contestant, `bench.localhost/${image}:latest`, {
    archive,
    target,
  });
  return {
    pull: await quietly(() => costOf(contestant, pull, first)),
    push: await quietly(() => costOf(contestant, push, first)),
    pushAgain: await quietly(() => costOf(contestant, pushAgain, first)),
    save: await quietly(() => costOf(contestant, save, first)),
    load: await quietly(() => costOf(contestant, load, second)),
  };
}

/** In a host's directory. */
const STORES = "stores";

/** What imageRows() has left. */
export async function removeStores({ engines, skopeo }: Contest): Promise<void> {
  for (const {
    host: { ok, directory },
  } of [...engines, skopeo])
    await ok(["unshare", "rm", "-rf", join(directory, STORES)], { timeoutMs: 300_000 });
}

/** What a program does at its very first call in a new store is no part of the measured one. */
async function emptyStore({ host }: Contestant, name: string): Promise<{ XDG_DATA_HOME: string }> {
  const store = { XDG_DATA_HOME: join(host.directory, STORES, name) };
  await host.ok(["images"], { env: store });
  return store;
}

/** What others have still to write to the disk is not this one's to wait for. */
async function quietly<T>(action: () => Promise<T>): Promise<T> {
  execFileSync("sync");
  return action();
}

function commandsOf(
  { name, host }: Contestant,
  image: string,
  { archive, target }: { archive: string; target: string },
): Readonly<Record<Step, readonly string[]>> {
  if (name !== "skopeo") {
    const push = ["push", "-q", image, target];
    return {
      pull: ["pull", "-q", image],
      push,
      pushAgain: push,
      save: ["save", "-q", "-o", archive, image],
      load: ["load", "-q", "-i", archive],
    };
  }
  const [stored, file] = [`containers-storage:${image}`, `docker-archive:${archive}`];
  const registries = host.env.CONTAINERS_REGISTRIES_CONF ?? "";
  const copy = ["--insecure-policy", "--registries-conf", registries, "copy", "-q"];
  const push = [...copy, stored, `docker://${target}`];
  return {
    pull: [...copy, `docker://${image}`, stored],
    push,
    pushAgain: push,
    save: [...copy, stored, `${file}:${image}`],
    load: [...copy, file, stored],
  };
}
