import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Host, type HostOptions, makeHost } from "../../test/support/host.ts";
import { requireProgram, TSPOD } from "../../test/support/program.ts";

/** A program, with a home and a store of its own. */
export interface Contestant {
  readonly name: "tspod" | "podman" | "podman58" | "buildkit" | "skopeo";
  /** Absolute path. */
  readonly program: string;
  readonly host: Host;
}

/** The programs that are compared, on one file system. */
export interface Contest extends AsyncDisposable {
  readonly tspod: Contestant;
  /** Of this machine. */
  readonly podman: Contestant;
  /** All that run containers: tspod, podman, and podman 5.8 where it was asked for. */
  readonly engines: readonly Contestant[];
  /** Docker with BuildKit, where it was asked for: it only builds. */
  readonly buildkit?: Contestant;
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

export interface ContestOptions {
  /** Absolute path of the directory that has their stores. */
  readonly parent: string;
  /** Absolute path of what scripts/benchmark/other-podman has made: a second podman takes part. */
  readonly podman58?: string | undefined;
  /** Absolute path of what scripts/benchmark/other-docker has made; its daemon's socket is in `parent`. */
  readonly docker?: string | undefined;
}

const ENGINE = '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n';

/**
 * One runtime for all: that of the second podman, since the specification that it writes is too new for
 * older ones. slirp4netns for all, too, where a container has a network of its own.
 */
function configurations(podman58: string | undefined): { common: string; other: string } {
  if (podman58 === undefined) return { common: ENGINE, other: ENGINE };
  const helpers = `conmon_path = ["${podman58}/bin/conmon"]\nhelper_binaries_dir = ["${podman58}/bin"]\n`;
  const runtime = `[engine.runtimes]\ncrun = ["${podman58}/bin/crun"]\n`;
  const network = '[network]\ndefault_rootless_network_cmd = "slirp4netns"\n';
  return { common: ENGINE + runtime, other: ENGINE + helpers + runtime + network };
}

export function makeContest(
  { source, target }: Registries,
  { parent, podman58, docker }: ContestOptions,
): Contest {
  const mirror = `[[registry]]\nprefix = "bench.localhost"\nlocation = "${source}"\ninsecure = true\n`;
  const known = `${mirror}[[registry]]\nlocation = "${target}"\ninsecure = true\n`;
  const { common, other } = configurations(podman58);
  function contestant(name: Contestant["name"], program: string, options: HostOptions = {}): Contestant {
    const host = makeHost({ parent, program, configuration: common, ...options });
    host.configureRegistries(known);
    return { name, program, host };
  }
  const tspod = contestant("tspod", TSPOD);
  const podman = contestant("podman", requireProgram("podman", "podman"));
  const path = `${podman58}/bin:${process.env.PATH ?? "/usr/bin:/bin"}`;
  const second =
    podman58 === undefined
      ? []
      : [contestant("podman58", `${podman58}/bin/podman`, { configuration: other, path })];
  // Its home is removed by podman: what is in its store belongs to subordinate ids.
  const skopeo = {
    ...contestant("podman", podman.program),
    name: "skopeo",
    program: requireProgram("skopeo", "skopeo"),
  } as const;
  const buildkit =
    docker === undefined ? undefined : dockerClient(contestant("podman", podman.program), docker, parent);
  const engines = [tspod, podman, ...second];
  for (const { host } of [podman, ...second]) checkRunRoot(host);
  return {
    tspod,
    podman,
    engines,
    ...(buildkit && { buildkit }),
    skopeo,
    target,
    async [Symbol.asyncDispose]() {
      for (const { host } of [...engines, skopeo, ...(buildkit ? [buildkit] : [])]) await host.close();
    },
  };
}

/** As podman's option --runroot has it. */
const MAX_RUN_ROOT = 50;

/**
 * Podman takes a longer runroot from its settings, but conmon's `podman container cleanup` gets it as an
 * option and refuses it: then each `podman run` waits 20 s for a cleanup that doesn't come.
 */
function checkRunRoot({ env }: Host): void {
  const runRoot = join(env.XDG_RUNTIME_DIR ?? "", "containers");
  if (runRoot.length > MAX_RUN_ROOT)
    throw new Error(
      `podman can't have more than ${MAX_RUN_ROOT} characters in "${runRoot}": --disk is too long`,
    );
}

/** The client of a daemon that root has started. @param inside has a home; podman removes it */
function dockerClient(inside: Contestant, docker: string, parent: string): Contestant {
  const configuration = join(inside.host.directory, "docker");
  mkdirSync(configuration);
  writeFileSync(
    join(configuration, "config.json"),
    JSON.stringify({ cliPluginsExtraDirs: [join(docker, "bin")] }),
  );
  const env = {
    ...inside.host.env,
    DOCKER_HOST: `unix://${parent}/docker/socket`,
    DOCKER_CONFIG: configuration,
  };
  return { name: "buildkit", program: `${docker}/bin/docker`, host: { ...inside.host, env } };
}

/** One step on each engine. */
export async function onAll({ engines }: Contest, args: readonly string[]): Promise<void> {
  for (const { host } of engines) await host.ok(args);
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
