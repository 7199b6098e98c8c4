import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { IdMapEntry } from "../../oci/id-maps.ts";
import { parseIdMap } from "../../rootless/id-map.ts";
import { containerAccounts } from "../rootfs/container-user.ts";
import type { Container, ContainerPlace } from "../state/list.ts";
import type { ProcessFacts } from "./process-facts.ts";
import { listProcesses } from "./processes.ts";

/** What `top` shows of a container at one moment. */
export interface TopFacts {
  readonly processes: readonly ProcessFacts[];
  /** Seconds since the kernel's start, and that start in seconds since the epoch. */
  readonly uptime: number;
  readonly bootTime: number;
  readonly lastCapability: number;
  /** The container's own files; empty where it has none. */
  readonly passwdText: string;
  readonly groupText: string;
  /** An id, as this process sees it, in the container and on the host; undefined where it has none there. */
  readonly uid: IdViews;
  readonly gid: IdViews;
}

export interface IdViews {
  readonly inContainer: (id: number) => number | undefined;
  readonly onHost: (id: number) => number | undefined;
}

/** @throws {TspodError} If the container does not run. */
export function readTop(
  { store }: ContainerPlace,
  { record, paths, state }: Container,
  proc = "/proc",
): TopFacts {
  if (state.status !== "running") throw new TspodError("top can only be used on running containers");
  const read = (name: string): string => readFileSync(join(proc, name), "utf8");
  return {
    processes: listProcesses(state.pid, proc),
    uptime: Number(read("uptime").split(" ")[0]),
    bootTime: Number(/^btime (\d+)$/m.exec(read("stat"))?.[1] ?? 0),
    lastCapability: Number(read("sys/kernel/cap_last_cap")),
    ...containerAccounts(store, record, paths),
    uid: idViews("uid_map", state.pid, proc),
    gid: idViews("gid_map", state.pid, proc),
  };
}

/**
 * A map's outer side is what its reader sees; of the reader's own namespace, it is the namespace around it.
 */
function idViews(file: "uid_map" | "gid_map", pid: number, proc: string): IdViews {
  const maps = (of: string): IdMapEntry[] => parseIdMap(readFileSync(join(proc, of, file), "utf8"));
  const same = readlinkSync(join(proc, "self/ns/user")) === readlinkSync(join(proc, String(pid), "ns/user"));
  const own = maps("self");
  const container = same ? undefined : maps(String(pid));
  return {
    inContainer(id) {
      if (container === undefined) return id;
      const map = container.find(({ hostId, size }) => id >= hostId && id < hostId + size);
      return map && map.containerId + id - map.hostId;
    },
    onHost(id) {
      const map = own.find(({ containerId, size }) => id >= containerId && id < containerId + size);
      return map && map.hostId + id - map.containerId;
    },
  };
}
