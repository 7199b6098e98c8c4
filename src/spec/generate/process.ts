import { CommandNotFoundError, TspodError } from "../../errors.ts";
import { idCount, isMapped } from "../../oci/id-maps.ts";
import { lookupUser, type ResolvedUser } from "../../oci/lookup-user.ts";
import { type SpecLimit, type SpecProcess, type SpecRlimit, UNLIMITED } from "../../oci/runtime-spec.ts";
import type { CreateOptions, Ulimit } from "../../options/create-options.ts";
import type { HostFacts, Rlimit } from "../host-facts.ts";
import { initArgs } from "../shown-options.ts";
import { addedGroups } from "./added-groups.ts";
import { processCapabilities } from "./capabilities.ts";
import { containerHostname } from "./hostname.ts";
import { containerIdMaps } from "./id-maps.ts";

/** Where the socket that the process notifies is in the container. */
export const NOTIFY_DIRECTORY = "/run/notify";
/** The limit that podman gives if none is asked for, and if the caller may have as much. */
const RLIMIT_DEFAULT = 1048576;

/** The first process of a container. */
export function containerProcess(options: CreateOptions, host: HostFacts): SpecProcess {
  const user = containerUser(options, host);
  const { tty, oomScoreAdj, umask } = options.process;
  return {
    terminal: tty,
    user: {
      uid: user.uid,
      gid: user.gid,
      umask: Number.parseInt(umask, 8),
      ...(user.additionalGids.length > 0 && { additionalGids: [...user.additionalGids] }),
    },
    args: containerArgs(options, host.runtime),
    env: containerEnv(options, host, user),
    cwd: options.process.workdir,
    ...processCapabilities(options.security, { user, last: host.lastCapability }),
    rlimits: rlimits(options, host),
    ...(options.security.noNewPrivileges && { noNewPrivileges: true }),
    ...(oomScoreAdj !== undefined && { oomScoreAdj: Math.max(oomScoreAdj, host.oomScoreAdj) }),
  };
}

/**
 * Entrypoint and command, behind the init binary where --init asks for it.
 * @throws {CommandNotFoundError} If there is neither, in the words that crun has for a program without a name
 * since 1.20; older ones, runc and catatonit have others each.
 */
function containerArgs(options: CreateOptions, runtime: string): string[] {
  const { entrypoint, command, init } = options.process;
  const args = [...entrypoint, ...command];
  if ((args[0] ?? "") === "")
    throw new CommandNotFoundError(
      `${runtime}: cannot find \`\` in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found`,
      { advice: "name a command behind the image: it has no CMD or ENTRYPOINT" },
    );
  return init ? initArgs(args) : args;
}

/**
 * The user in effect, with --group-add's groups before the user's own. The primary group is a supplementary
 * one too: where it were not, a setgid program could drop it, and gain what a file refuses to that group
 * (CVE-2022-2989).
 * @throws {TspodError} If a name is not in the image, or an id is not mapped in the container's user
 * namespace.
 */
export function containerUser(options: CreateOptions, host: HostFacts): ResolvedUser {
  const user = lookupUser(options.process.user, host);
  const added = groupsOf(options, host);
  const maps = containerIdMaps(options, host);
  if (!isMapped(maps.uidMap, user.uid) || !isMapped(maps.gidMap, user.gid)) {
    const advice =
      options.userns.kind === "maps"
        ? "map it with --uidmap and --gidmap"
        : 'give the user more subordinate ids with "usermod --add-subuids" and "usermod --add-subgids"';
    throw new TspodError(
      `user ${user.uid}:${user.gid} is not mapped in this user namespace (${idCount(maps.uidMap)} ids): ${advice}`,
    );
  }
  // A group that is not mapped can't be set; as podman, it is left out.
  const own = options.process.user === "" ? [] : [user.gid];
  const additionalGids = [
    ...new Set([...own, ...added, ...(host.cdi?.gids ?? []), ...user.additionalGids]),
  ].filter((gid) => isMapped(maps.gidMap, gid));
  return { ...user, additionalGids };
}

function groupsOf(options: CreateOptions, host: HostFacts): number[] {
  try {
    return addedGroups(options, host);
  } catch (cause) {
    throw new TspodError(`looking up supplemental groups for container ${host.containerId}`, { cause });
  }
}

/** The options' list, then HOME from passwd and HOSTNAME, unless they were given. */
function containerEnv(options: CreateOptions, host: HostFacts, user: ResolvedUser): string[] {
  const env = host.cdi?.env ?? options.process.env;
  const has = (name: string) => env.some((entry) => entry.startsWith(`${name}=`));
  return [
    ...env,
    ...(isSystemdMode(options) && !has("container_uuid")
      ? [`container_uuid=${host.containerId.slice(0, 32)}`]
      : []),
    ...(has("HOME") ? [] : [`HOME=${homeOf(options, host, user)}`]),
    ...(has("HOSTNAME") ? [] : [`HOSTNAME=${containerHostname(options, host)}`]),
    ...host.secretEnv,
    ...(host.files.notify === undefined ? [] : [`NOTIFY_SOCKET=${NOTIFY_DIRECTORY}/notify.sock`]),
    ...activationEnv(host),
  ];
}

/** As sd_listen_fds(3) reads it: the first process of a pid namespace is 1. */
function activationEnv({ activation }: HostFacts): string[] {
  if (activation === undefined) return [];
  const { count, names } = activation;
  return ["LISTEN_PID=1", `LISTEN_FDS=${count}`, ...(names === undefined ? [] : [`LISTEN_FDNAMES=${names}`])];
}

function homeOf(options: CreateOptions, host: HostFacts, user: ResolvedUser): string {
  if (user.home !== undefined) return user.home;
  // The entry that is added to passwd for such a user says the same.
  return host.files.passwd === undefined ? "/" : options.process.workdir;
}

/** What decides whether a container is set up for systemd. */
export interface SystemdChoice {
  readonly process: Pick<CreateOptions["process"], "systemd" | "entrypoint" | "command">;
}

/** Whether the container is set up for systemd as its first process. */
export function isSystemdMode({ process }: SystemdChoice): boolean {
  const { systemd, entrypoint, command } = process;
  if (systemd !== "true") return systemd === "always";
  const [program = "", ...rest] = [...entrypoint, ...command];
  if (program === "/bin/sh" && rest[0] === "-c") return isSystemd(rest[1]?.split(" ")[0] ?? "");
  return isSystemd(program);
}

function isSystemd(program: string): boolean {
  if (["/sbin/init", "/usr/sbin/init", "/usr/local/sbin/init"].includes(program)) return true;
  return program.slice(program.lastIndexOf("/") + 1) === "systemd";
}

function rlimits(options: CreateOptions, host: HostFacts): SpecRlimit[] {
  const limits = new Map<string, Rlimit>();
  // All others are the caller's in any case: neither monitor nor runtime changes them.
  const usual = options.ulimitHost ? (limit: Rlimit) => limit : defaultLimit;
  limits.set("RLIMIT_NOFILE", usual(host.rlimits.nofile));
  limits.set("RLIMIT_NPROC", usual(host.rlimits.nproc));
  for (const ulimit of options.ulimits) limits.set(ulimit.type, heldLimit(ulimit, host.hardLimits));
  return [...limits].map(([type, { soft, hard }]) => ({
    type,
    soft: specLimit(soft),
    hard: specLimit(hard),
  }));
}

/** A limit with what -1 can be: a user without rights can't go above the caller's hard limits. */
export function heldLimit({ type, soft, hard }: Ulimit, hardLimits: HostFacts["hardLimits"]): Rlimit {
  const held = (limit: number): number => (limit < 0 ? (hardLimits[type] ?? limit) : limit);
  return { soft: held(soft), hard: held(hard) };
}

/** The default limit. A user without rights can't go above the caller's own limits. */
function defaultLimit({ soft, hard }: Rlimit): Rlimit {
  return { soft: atMostDefault(soft), hard: atMostDefault(hard) };
}

function atMostDefault(limit: Ulimit["soft"]): number {
  return limit < 0 ? RLIMIT_DEFAULT : Math.min(limit, RLIMIT_DEFAULT);
}

function specLimit(limit: number): SpecLimit {
  return limit < 0 ? UNLIMITED : limit;
}
