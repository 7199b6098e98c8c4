import { mkdirSync } from "node:fs";
import type { HostUser } from "../../options/create-options.ts";
import { accountTexts } from "../../spec/etc/accounts.ts";
import type { HostFacts } from "../../spec/host-facts.ts";
import { readAccountFiles } from "../rootfs/image-accounts.ts";
import { rootfsDirectories } from "../rootfs/rootfs-directories.ts";
import type { EngineSurroundings } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { checkWorkdir } from "./check-host.ts";
import { writeEtcFiles } from "./etc-files.ts";
import type { PlacedFacts } from "./gather-facts.ts";
import type { NetworkPlan } from "./plan/network-plan.ts";

/**
 * Write what a container gets beside its root file system: the files in its /etc, the directory of its notify
 * socket.
 * @throws {TspodError} If its working directory can't be in its root file system, or a host user is unknown.
 */
export async function placeFiles(
  engine: EngineSurroundings,
  { record, paths }: Container,
  { network, hostname }: { readonly network: NetworkPlan; readonly hostname: string },
): Promise<PlacedFacts> {
  const { options } = record;
  const directories = rootfsDirectories(engine.store, record, paths);
  checkWorkdir(options, directories, record.id);
  const own = readAccountFiles(directories);
  const accounts = accountTexts(own, {
    ...options,
    hostUsers: [...(await askedHostUsers(record)), ...options.hostUsers],
  });
  return {
    passwdText: accounts.passwd ?? own.passwdText,
    // Without what was added: a bare number is no member of the group that was made for it.
    groupText: own.groupText,
    files: {
      ...writeEtcFiles({ engine, record, paths, directories, network, accounts, hostname }),
      ...(options.secrets.length > 0 && { secrets: paths.secrets }),
      ...notifyDirectory(record, paths),
    },
  };
}

async function askedHostUsers(record: Container["record"]): Promise<readonly HostUser[]> {
  if (record.options.hostUserNames === undefined) return [];
  return (await import("./host-accounts.ts")).askedHostUsers(record);
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
