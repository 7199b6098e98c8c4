import { type Host, makeHost } from "../../test/support/host.ts";
import { requireProgram, TSPOD } from "../../test/support/program.ts";

/** A program, with a home and a store of its own. */
export interface Contestant {
  readonly name: "tspod" | "podman" | "skopeo";
  /** Absolute path. */
  readonly program: string;
  readonly host: Host;
}

/** The programs that are compared, on one file system. */
export interface Contest extends AsyncDisposable {
  readonly tspod: Contestant;
  readonly podman: Contestant;
  /** Pulls, saves and loads with Podman's libraries, and does nothing else. */
  readonly skopeo: Contestant;
  /** `host:port` of the registry that images are pushed to. */
  readonly target: string;
}

/** Where images come from, as bench.localhost, and where they are pushed to: `host:port` each. */
export interface Registries {
  readonly source: string;
  readonly target: string;
}

/** @param parent absolute path of the directory that has their stores */
export function makeContest({ source, target }: Registries, parent: string): Contest {
  const mirror = `[[registry]]\nprefix = "bench.localhost"\nlocation = "${source}"\ninsecure = true\n`;
  const known = `${mirror}[[registry]]\nlocation = "${target}"\ninsecure = true\n`;
  function contestant(name: Contestant["name"], program: string): Contestant {
    const host = makeHost({ parent, program });
    host.configureRegistries(known);
    return { name, program, host };
  }
  const tspod = contestant("tspod", TSPOD);
  const podman = contestant("podman", requireProgram("podman", "podman"));
  // Its home is removed by podman: what is in its store belongs to subordinate ids.
  const skopeo = {
    ...contestant("podman", podman.program),
    name: "skopeo",
    program: requireProgram("skopeo", "skopeo"),
  } as const;
  return {
    tspod,
    podman,
    skopeo,
    target,
    async [Symbol.asyncDispose]() {
      for (const { host } of [tspod, podman, skopeo]) await host.close();
    },
  };
}

/** One step on tspod and on podman. */
export async function onBoth({ tspod, podman }: Contest, args: readonly string[]): Promise<void> {
  await tspod.host.ok(args);
  await podman.host.ok(args);
}

/**
 * All of them in turn, so that whatever else the machine does hits all; one round first that doesn't count.
 * @returns what was measured, by contestant
 */
export async function inTurn<Measured>(
  contestants: readonly Contestant[],
  action: (contestant: Contestant, round: number) => Promise<Measured>,
  { rounds, warmUp = true }: { rounds: number; warmUp?: boolean },
): Promise<Map<Contestant["name"], Measured[]>> {
  const measured = new Map(contestants.map(({ name }) => [name, [] as Measured[]]));
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const result = await action(contestant, round);
      if (round >= 0) measured.get(contestant.name)?.push(result);
    }
  }
  return measured;
}
