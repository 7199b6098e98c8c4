import { readFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { HostUser } from "../../options/create-options.ts";

/** A user of this host by name or number; users of a directory service are asked for with getent(1). */
export function hostUser(nameOrUid: string, etc = "/etc"): HostUser | undefined {
  const line = findLine(`${etc}/passwd`, nameOrUid) ?? ask("passwd", nameOrUid);
  const [name = "", , uid = "", gid = "", fullName = "", home = ""] = line.trim().split(":");
  return name === ""
    ? undefined
    : { name, uid: Number(uid), gid: Number(gid), fullName: fullName.split(",")[0] ?? "", home };
}

/**
 * The users of this host that a container was to know (--hostuser).
 * @throws {TspodError} If there is no such user, or no more.
 */
export function askedHostUsers({
  id,
  options: { passwd, hostUserNames = [] },
}: Pick<ContainerRecord, "id" | "options">): readonly HostUser[] {
  if (!passwd) return [];
  return hostUserNames.map((name) => {
    const found = hostUser(name);
    if (found !== undefined) return found;
    throw new TspodError(`creating temporary passwd file for container ${id}: user: unknown user ${name}`);
  });
}

/** The name of a group of this host. */
export function hostGroup(gid: number, etc = "/etc"): string | undefined {
  const line = findLine(`${etc}/group`, String(gid)) ?? ask("group", String(gid));
  return line.split(":")[0] || undefined;
}

/** Empty where there is none, or no getent(1). */
function ask(database: "passwd" | "group", key: string): string {
  const { spawnSync } = process.getBuiltinModule("node:child_process"); // seldom, and 1.5 ms to load
  return spawnSync("getent", [database, key], { encoding: "utf8" }).stdout ?? "";
}

function findLine(path: string, nameOrId: string): string | undefined {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.find((line) => {
    const [name, , id] = line.split(":");
    return name === nameOrId || id === nameOrId;
  });
}
