import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { AttachedNetwork } from "../../network/attached-network.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import type { Facts } from "../../protocol/facts.ts";
import { type CgroupSources, detectCgroup } from "../../rootless/cgroup.ts";
import { isMadeOfImage } from "../../storage/image-volumes.ts";
import { layerFiles } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
import { volumeData } from "../../volume/volumes.ts";
import { readBundleSpec } from "../runtime/bundle-spec.ts";
import { dependenciesOf } from "../start/dependencies.ts";
import { execSessions } from "../state/exec-sessions.ts";
import { readFacts } from "../state/fact-file.ts";
import { type Health, readHealth, readReady } from "../state/health.ts";
import type { Container } from "../state/list.ts";
import { readRunNetworks } from "../state/run-networks.ts";
import { readStartError } from "../state/start-error.ts";
import { notedCgroup } from "../state/start-facts.ts";

/** What inspect shows of a container beyond its record and state. */
export interface InspectFacts {
  /** config.json of its last start; absent before the first. */
  readonly spec?: RuntimeSpec | undefined;
  /** IDs of the exec sessions that run. */
  readonly execIds: readonly string[];
  /** Absolute paths of the layers' directories, the topmost first. */
  readonly lowerDirectories: readonly string[];
  /** Absolute path of a volume's content. */
  readonly volumeData: (name: string) => string;
  readonly volumeDriver: (name: string) => "local" | "image";
  /** Absent without a health check, or before the first start. */
  readonly health?: Health | undefined;
  /** Whether it is ready, as its readiness probe says. */
  readonly ready: boolean | undefined;
  /** Why its last start has failed. */
  readonly startError?: string | undefined;
  /** The host's name, for containers that share it. */
  readonly hostname: string;
  /** IDs of the containers that it can't run without. */
  readonly dependencies: readonly string[];
  /** The networks with names of its last run. */
  readonly attachedNetworks: readonly AttachedNetwork[];
  /** How its last run got its cgroup; undefined where it has none. */
  readonly cgroup?: { readonly manager: "systemd" | "cgroupfs"; readonly path: string } | undefined;
  /** What makes cgroups for this user now: shown of a container that has not run. */
  readonly cgroupManager: "systemd" | "cgroupfs";
  /** Number of the last capability that the kernel knows. */
  readonly lastCapability: number;
}

/** Where the facts are read. */
export interface InspectSources {
  readonly store: Store;
  /** Who calls, and with which `--cgroup-manager`. */
  readonly user: Pick<CgroupSources, "env" | "uid" | "manager">;
  readonly proc?: string;
}

/** Read a container's facts, from its bundle and the host. */
export function readInspectFacts(
  { record, paths, state }: Container,
  { store, user, proc = "/proc" }: InspectSources,
): InspectFacts {
  return {
    cgroupManager: detectCgroup(user).kind === "systemd" ? "systemd" : "cgroupfs",
    spec: readSpec(paths),
    execIds: execSessions({ paths, state }),
    lowerDirectories: record.chainIds.map((chainId) => layerFiles(store, chainId)).reverse(),
    volumeData: (name) => volumeData(store, name),
    volumeDriver: (name) => (isMadeOfImage(store, name) ? "image" : "local"),
    health: readHealth(record.options, paths),
    ready: readReady(record.options, paths),
    startError: readStartError(paths),
    hostname: hostname(),
    dependencies: dependenciesOf(store, record.options),
    attachedNetworks: record.options.network.mode.kind === "bridge" ? readRunNetworks(paths) : [],
    cgroup: cgroupOfRun(readFacts(paths.startFile)),
    lastCapability: Number(readFileSync(join(proc, "sys/kernel/cap_last_cap"), "utf8")),
  };
}

function cgroupOfRun(start: Facts | undefined): InspectFacts["cgroup"] {
  const path = notedCgroup(start);
  if (path === undefined) return undefined;
  return { manager: start?.get("cgroup") === "systemd" ? "systemd" : "cgroupfs", path };
}

/** Without one that is damaged: the rest can be shown. */
function readSpec(paths: Container["paths"]): RuntimeSpec | undefined {
  try {
    return readBundleSpec(paths);
  } catch {
    return undefined;
  }
}
