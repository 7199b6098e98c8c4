import { join } from "node:path";
import type { Store } from "../storage/store.ts";

/** Where the parts of one container are; every path is absolute. */
export interface ContainerPaths {
  /** In the store; survives a reboot. */
  readonly directory: string;
  readonly exitFile: string;
  readonly startFile: string;
  /** There while the container is not to be run again by its restart policy. */
  readonly stoppedByUser: string;
  readonly bundle: string;
  readonly log: string;
  readonly hosts: string;
  readonly resolvConf: string;
  readonly hostname: string;
  readonly containerEnv: string;
  readonly passwd: string;
  readonly group: string;
  readonly lock: string;
  /** Under the runtime directory; gone when the container is not running, or after a reboot. */
  readonly runtime: string;
  readonly status: string;
  readonly pidFile: string;
  readonly runtimeLog: string;
  readonly netns: string;
  readonly slirpSocket: string;
  readonly console: string;
  readonly exec: string;
}

/** @param runtimeDirectory the user's runtime directory for tspod */
export function containerPaths(store: Store, runtimeDirectory: string, id: string): ContainerPaths {
  const directory = join(store.containers, id);
  const runtime = join(runtimeDirectory, "containers", id);
  return {
    directory,
    exitFile: join(directory, "exit"),
    startFile: join(directory, "start"),
    stoppedByUser: join(directory, "stopped-by-user"),
    bundle: join(directory, "bundle"),
    log: join(directory, "ctr.log"),
    hosts: join(directory, "hosts"),
    resolvConf: join(directory, "resolv.conf"),
    hostname: join(directory, "hostname"),
    containerEnv: join(directory, "containerenv"),
    passwd: join(directory, "passwd"),
    group: join(directory, "group"),
    lock: join(store.locks, "containers", `${id}.lock`),
    runtime,
    status: join(runtime, "status"),
    pidFile: join(runtime, "pid"),
    runtimeLog: join(runtime, "runtime.log"),
    netns: join(runtime, "netns"),
    slirpSocket: join(runtime, "slirp.sock"),
    console: join(runtime, "console"),
    exec: join(runtime, "exec"),
  };
}
