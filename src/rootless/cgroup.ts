import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { isWithin } from "../options/is-within.ts";
import type { Env } from "../os/env.ts";

/** How the host's control groups can be used by this user. */
export type CgroupSupport =
  /** A systemd user manager makes a transient scope for each container. */
  | {
      readonly kind: "systemd";
      readonly controllers: readonly string[];
      /** The manager's group, from the root of the tree: starts with `/`. */
      readonly parent: string;
      /** Whether the user manager runs in `user@UID.service`: runc reads the owner's uid from that name. */
      readonly named: boolean;
      /**
       * Whether this process is outside of the manager's group, as in a log-in session. Only systemd can move
       * it, or a child of it, to a container's group then.
       */
      readonly outside: boolean;
      /** The innermost unit that this process is in: `web.service`. Inside it is one below that manager. */
      readonly unit: string | undefined;
    }
  /**
   * A group of the v2 tree is ours to make children in: `parent`, from the root of the tree, starts with `/`.
   */
  | { readonly kind: "cgroupfs"; readonly parent: string; readonly controllers: readonly string[] }
  /** Containers run without a cgroup of their own. */
  | { readonly kind: "disabled"; readonly version: 1 | 2; readonly reason: string };

const CGROUP2_SUPER_MAGIC = 0x63677270; // statfs(2)

export interface CgroupSources {
  readonly env: Env;
  /** The user's id outside the user namespace. */
  readonly uid: number;
  /** `--cgroup-manager`. */
  readonly manager?: string | undefined;
  readonly root?: string;
  readonly proc?: string;
}

/** Finds out what cgroups this user has. Reads a handful of files, and asks no other process. */
export function detectCgroup({
  env,
  uid,
  manager,
  root = "/sys/fs/cgroup",
  proc = "/proc",
}: CgroupSources): CgroupSupport {
  if (manager === "disabled") return { kind: "disabled", version: 2, reason: "--cgroup-manager=disabled" };
  if (!isCgroup2(root)) {
    const reason = `this host mounts cgroup v1 ${isHybridHost(root) ? "controllers beside v2" : "only"}`;
    return { kind: "disabled", version: 1, reason };
  }
  const own = ownCgroup(proc);
  if (manager !== "cgroupfs" && hasUserManager(env)) {
    const path = managerGroup({ own, uid });
    const outside = own === undefined || !isWithin(own, path);
    const named = existsSync(`${root}${path}`);
    return {
      kind: "systemd",
      parent: path,
      named,
      outside,
      unit: innermostUnit((outside ? own : own.slice(path.length)) ?? ""),
      controllers: readWords(`${root}${path}/cgroup.controllers`),
    };
  }
  const parent = own === undefined ? undefined : delegatedAncestor(root, own);
  if (parent === undefined) {
    const reason = "no cgroup is delegated to this user, and there is no systemd user session";
    return { kind: "disabled", version: 2, reason };
  }
  return { kind: "cgroupfs", parent, controllers: enabledControllers(`${root}${parent}`) };
}

/** Whether cgroup v1 controllers are mounted beside v2: some runtimes refuse that. */
export function isHybridHost(root = "/sys/fs/cgroup"): boolean {
  return !isCgroup2(root) && isCgroup2(`${root}/unified`);
}

export function isCgroup2(path: string): boolean {
  try {
    return statfsSync(path).type === CGROUP2_SUPER_MAGIC;
  } catch {
    return false; // no such mount
  }
}

/** The line `0::/path` of /proc/self/cgroup, cgroups(7). */
export function ownCgroup(proc: string): string | undefined {
  return /^0::(\/.*)$/m.exec(readFileSync(`${proc}/self/cgroup`, "utf8"))?.[1];
}

function hasUserManager(env: CgroupSources["env"]): boolean {
  const runtimeDirectory = env.XDG_RUNTIME_DIR;
  if (runtimeDirectory === undefined || !existsSync("/run/systemd/system")) return false;
  return existsSync(`${runtimeDirectory}/bus`) && existsSync(`${runtimeDirectory}/systemd`);
}

/** The innermost unit of a group that has processes. */
function innermostUnit(path: string): string | undefined {
  return path.split("/").findLast((name) => /\.(?:service|scope)$/.test(name));
}

/** The group of the user's systemd manager, in which everything that is delegated to the user stands. */
function managerGroup({ own, uid }: { own: string | undefined; uid: number }): string {
  const service = `user@${uid}.service`;
  const inOwn = own?.includes(service) ? own.slice(0, own.indexOf(service) + service.length) : undefined;
  return inOwn ?? `/user.slice/user-${uid}.slice/${service}`;
}

/** The highest group on the way to the root that this user may move processes into and make children of. */
function delegatedAncestor(root: string, own: string): string | undefined {
  let delegated: string | undefined;
  for (let path = own; path !== "/"; path = dirname(path)) {
    if (!isWritable(`${root}${path}`) || !isWritable(`${root}${path}/cgroup.procs`)) break;
    delegated = path;
  }
  return delegated;
}

/** Controllers that children of a group get. */
function enabledControllers(path: string): readonly string[] {
  return readWords(`${path}/cgroup.subtree_control`);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false; // not delegated
  }
}

export function readWords(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split(/\s+/).filter(Boolean);
  } catch {
    return []; // the file is missing, so nothing is delegated
  }
}
