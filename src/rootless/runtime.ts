import { basename } from "node:path";
import { NotFoundError } from "../errors.ts";
import { findProgram } from "../os/find-program.ts";
import type { CgroupSupport } from "./cgroup.ts";

/** An OCI runtime on this host. */
export interface Runtime {
  /** `crun`, `runc`, `runsc`, …: what `--runtime` and inspect call it. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** Whether the user gave that path: inspect shows it then. */
  readonly byPath?: boolean;
}

/** What the choice of a runtime depends on. */
export interface RuntimeChoice {
  /** PATH. */
  readonly path: string | undefined;
  /** Whether v1 controllers are mounted beside cgroup v2. */
  readonly hybrid: boolean;
  /** Where containers.conf says that runtimes are: name → absolute paths. */
  readonly known?: ReadonlyMap<string, readonly string[]>;
}

/**
 * The runtime to use: the one that was asked for, otherwise crun, otherwise runc. crun refuses hosts where v1
 * controllers are mounted beside v2 ("cgroups in hybrid mode not supported"), so runc comes first there.
 * @throws {NotFoundError} If there is none.
 */
export function chooseRuntime(asked: string | undefined, { path, hybrid, known }: RuntimeChoice): Runtime {
  if (asked !== undefined) {
    const named = known?.get(asked)?.map((each) => findProgram(each, path)) ?? [];
    const found = named.find((each) => each !== undefined) ?? findProgram(asked, path);
    if (found === undefined)
      throw new NotFoundError(
        `OCI runtime "${asked}" not found: install it, or give its path with --runtime`,
      );
    return { name: basename(asked), path: found, ...(asked.includes("/") && { byPath: true }) };
  }
  const order = hybrid ? ["runc", "crun"] : ["crun", "runc"];
  for (const name of order) {
    const found = findProgram(name, path);
    if (found !== undefined) return { name, path: found };
  }
  throw new NotFoundError(
    'no OCI runtime found: install one with "apt-get install crun" (or runc), or give its path with --runtime',
  );
}

/**
 * The cgroup support that a runtime can use. runc asks busctl for the owner of the user's systemd manager,
 * and reads the owner's uid from the name of the manager's group. Without that name runc fails, so such
 * containers run without a cgroup.
 */
export function supportedBy(runtime: Runtime, cgroup: CgroupSupport): CgroupSupport {
  if (familyOf(runtime) !== "runc" || cgroup.kind !== "systemd" || cgroup.named) return cgroup;
  const reason = "runc does not find the owner of this systemd user manager";
  return { kind: "disabled", version: 2, reason };
}

export interface RuntimeCalls {
  readonly runtime: Runtime;
  /** The user's runtime directory for tspod: the runtime keeps its own state under it. */
  readonly runtimeDirectory: string;
  readonly cgroup: CgroupSupport;
  /** JSON lines, where the runtime's own errors go. */
  readonly log: string;
  readonly runtimeFlags: RuntimeFlags;
}

/**
 * The global flags of the runtime of that name, without their dashes: those of containers.conf and of
 * `--runtime-flag`.
 */
export type RuntimeFlags = (name: string) => readonly string[];

/** The runtime's program and global options: the start of each call. */
export function runtimeCommand({
  runtime,
  runtimeDirectory,
  cgroup,
  log,
  runtimeFlags,
}: RuntimeCalls): string[] {
  return [
    runtime.path,
    ...["--root", `${runtimeDirectory}/${runtime.name}`],
    ...["--log", log, "--log-format", "json"],
    ...ownOptions(runtime, cgroup),
    ...runtimeFlags(runtime.name).map((flag) => `--${flag}`),
  ];
}

/** Which program it is: containers.conf may call it otherwise. */
function familyOf({ path }: Runtime): string {
  return basename(path);
}

function ownOptions(runtime: Runtime, cgroup: CgroupSupport): string[] {
  const family = familyOf(runtime);
  if (family === "runsc") return ["--ignore-cgroups", "--network=host", "--host-uds=all"];
  const systemd = cgroup.kind === "systemd" ? ["--systemd-cgroup"] : [];
  // runc sees uid 0 in here and would take itself for root: it would count on rights, and on the system's
  // systemd.
  if (family === "runc") return ["--rootless=true", ...systemd];
  if (systemd.length > 0) return systemd;
  return family === "crun" ? [`--cgroup-manager=${cgroup.kind}`] : [];
}
