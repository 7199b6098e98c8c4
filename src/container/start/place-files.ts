import { existsSync, mkdirSync } from "node:fs";
import type { HostFacts } from "../../spec/host-facts.ts";
import { rootfsDirectories } from "../rootfs/rootfs-directories.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { checkWorkdir } from "./check-host.ts";
import { writeEtcFiles } from "./etc-files.ts";
import type { PlacedFacts } from "./gather-facts.ts";
import type { PlacedAccounts } from "./own-accounts.ts";
import type { NetworkPlan } from "./plan/network-plan.ts";

/**
 * Write what a container gets beside its root file system: the files in its /etc, the directory of its notify
 * socket.
 * @throws {TspodError} If its working directory can't be in its root file system.
 */
export async function placeFiles(
  engine: Engine,
  { record, paths }: Container,
  {
    network,
    accounts,
    hostname,
  }: { readonly network: NetworkPlan; readonly accounts: PlacedAccounts; readonly hostname: string },
): Promise<PlacedFacts> {
  const { options } = record;
  const directories = rootfsDirectories(engine.store, record, paths);
  checkWorkdir(options, directories, record.id);
  const { passwdText, groupText, bound } = accounts;
  const etc = writeEtcFiles({ engine, record, paths, directories, network, accounts: bound, hostname });
  if (options.pod !== undefined && options.network.mode.kind === "container" && etc.hosts !== undefined)
    (await import("./pod-hosts.ts")).namePodMembers(engine, record, etc.hosts);
  return {
    passwdText,
    groupText,
    files: {
      ...etc,
      ...(options.ipc.kind === "container" && sharedMemory(paths)),
      ...(options.secrets.length > 0 && { secrets: paths.secrets }),
      ...notifyDirectory(record, paths),
    },
  };
}

/** Undefined where the other container has none. */
function sharedMemory({ runtime }: Container["paths"]): Pick<HostFacts["files"], "shm"> {
  const shm = `${runtime}/shm`;
  return existsSync(shm) ? { shm } : {};
}

/** The monitor makes the socket in it. */
function notifyDirectory(
  { options: { sdnotify, notifySocket } }: Container["record"],
  { notify }: Container["paths"],
): Pick<HostFacts["files"], "notify"> {
  if (sdnotify !== "container" || notifySocket === undefined) return {};
  mkdirSync(notify, { recursive: true, mode: 0o755 });
  return { notify };
}
