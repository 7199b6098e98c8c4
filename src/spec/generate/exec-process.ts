import { knownCapabilities } from "../../oci/capability.ts";
import { lookupUser, type UserFiles } from "../../oci/lookup-user.ts";
import type { SpecCapabilities, SpecProcess, SpecRlimit } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { addedGroups } from "./added-groups.ts";

/** What `exec` asks for. */
export interface ExecOptions {
  readonly command: readonly string[];
  /** `K=V`, before which the container's own give way. */
  readonly env: readonly string[];
  /** `user[:group]`; absent: that of the container. */
  readonly user?: string;
  /** Absent: that of the container. */
  readonly workdir?: string;
  readonly tty: boolean;
  /** All capabilities in the bounding set, whatever the container has. */
  readonly privileged: boolean;
}

/** What execProcess() needs beside the options. */
export interface ExecFacts extends UserFiles {
  /** The container's first process, as its config.json has it. */
  readonly process: SpecProcess;
  readonly lastCapability: number;
}

/**
 * One more process of a container: like its first, but for what is asked.
 * @throws {TspodError} If the user is not in the container's passwd.
 */
export function execProcess(exec: ExecOptions, options: CreateOptions, facts: ExecFacts): SpecProcess {
  const { consoleSize: _, rlimits, ...first } = facts.process;
  const own: Partial<SpecProcess> = exec.user === undefined ? {} : asUser(exec.user, { options, facts });
  return {
    ...first,
    ...own,
    ...(rlimits !== undefined && { rlimits: rlimits.filter(isExact) }),
    capabilities: execCapabilities(exec, (own.user ?? first.user).uid, facts),
    terminal: exec.tty,
    args: [...exec.command],
    env: withTerminal(exec, mergeEnv(own.env ?? first.env, exec.env)),
    cwd: exec.workdir ?? first.cwd,
  };
}

/** As Podman 5: what has a terminal has a TERM. */
function withTerminal({ tty }: ExecOptions, env: readonly string[]): string[] {
  return tty && !env.some((entry) => entry.startsWith("TERM=")) ? [...env, "TERM=xterm"] : [...env];
}

function asUser(
  text: string,
  { options, facts }: { options: CreateOptions; facts: ExecFacts },
): Pick<SpecProcess, "user"> & Partial<Pick<SpecProcess, "env">> {
  const user = lookupUser(text, facts);
  const { umask } = facts.process.user;
  return {
    user: {
      uid: user.uid,
      gid: user.gid,
      ...(umask !== undefined && { umask }),
      additionalGids: [...new Set([user.gid, ...addedGroups(options, facts), ...user.additionalGids])],
    },
    ...(hasHome(options) ? {} : { env: mergeEnv(facts.process.env, [`HOME=${user.home ?? "/"}`]) }),
  };
}

/**
 * Whether the image or `run --env` has set it: then it is the same for all users, as in Podman and Docker.
 */
function hasHome(options: CreateOptions): boolean {
  const { env } = options.process;
  return env.some((entry) => entry.startsWith("HOME="));
}

/**
 * As Podman 5.8: root has the whole bounding set, the container's own user what the first process has, and
 * any other user nothing. --privileged widens the bounding set alone, and never lifts no-new-privileges.
 */
function execCapabilities(
  { privileged }: ExecOptions,
  uid: number,
  { process: first, lastCapability }: ExecFacts,
): SpecCapabilities {
  const bounding = privileged ? knownCapabilities(lastCapability) : (first.capabilities?.bounding ?? []);
  if (uid === 0) return { bounding, effective: bounding, permitted: bounding, inheritable: [], ambient: [] };
  const own = uid === first.user.uid ? (first.capabilities?.effective ?? []) : [];
  return { bounding, effective: own, permitted: own, inheritable: own, ambient: own };
}

/**
 * A limit that JSON.parse() has rounded ("unlimited") is the caller's own anyway, and must not be written
 * back.
 */
function isExact({ soft, hard }: SpecRlimit): boolean {
  return Number.isSafeInteger(soft) && Number.isSafeInteger(hard);
}

/** `K=V` lists: later values take the place of earlier ones. */
function mergeEnv(base: readonly string[], more: readonly string[]): string[] {
  const merged = new Map([...base, ...more].map((entry) => [entry.split("=", 1)[0], entry]));
  return [...merged.values()];
}
