import type { CreateOptions } from "../create-options.ts";
import { lookupUser, type UserFiles } from "../lookup-user.ts";
import type { SpecProcess } from "../runtime-spec.ts";
import { processCapabilities } from "./capabilities.ts";

/** What `exec` asks of one more process in a running container. */
export interface ExecOptions {
  readonly command: readonly string[];
  /** `K=V`, added to the container's own. */
  readonly env: readonly string[];
  /** `user[:group]`; absent: the container's. */
  readonly user?: string;
  /** Absent: the container's. */
  readonly workdir?: string;
  readonly tty: boolean;
  readonly privileged: boolean;
}

/** What has to be known of the container beforehand. */
export interface ExecFacts extends UserFiles {
  /** The process section of the container's config.json. */
  readonly process: SpecProcess;
  readonly lastCapability: number;
}

/**
 * The process of an exec session: the container's first process, with what was asked for in its place.
 * @throws {TspodError} If the user is not in the container's passwd.
 */
export function execProcess(options: ExecOptions, container: CreateOptions, facts: ExecFacts): SpecProcess {
  const { process } = facts;
  const base: SpecProcess = {
    ...process,
    terminal: options.tty,
    args: [...options.command],
    env: mergeEnv(process.env, [...terminalEnv(options), ...options.env]),
    cwd: options.workdir ?? process.cwd,
  };
  delete base.consoleSize;
  if (options.user === undefined && !options.privileged) return base;
  return { ...base, ...asUser(options, container, facts) };
}

function asUser(options: ExecOptions, container: CreateOptions, facts: ExecFacts): Partial<SpecProcess> {
  const { process } = facts;
  const security = options.privileged ? { ...container.security, privileged: true } : container.security;
  if (options.user === undefined) {
    return processCapabilities(security, { user: process.user, last: facts.lastCapability });
  }
  const user = lookupUser(options.user, facts);
  const home = user.home ?? "/";
  return {
    user: {
      uid: user.uid,
      gid: user.gid,
      ...(process.user.umask === undefined ? {} : { umask: process.user.umask }),
      ...(user.additionalGids.length > 0 ? { additionalGids: [...user.additionalGids] } : {}),
    },
    env: mergeEnv(process.env, [`HOME=${home}`, ...terminalEnv(options), ...options.env]),
    ...processCapabilities(security, { user, last: facts.lastCapability }),
  };
}

/** A terminal needs a TERM; what the user gives comes after it, and counts. */
function terminalEnv({ tty }: ExecOptions): string[] {
  return tty ? ["TERM=xterm"] : [];
}

/** Later ones take the place of earlier ones of the same name. */
function mergeEnv(base: readonly string[], added: readonly string[]): string[] {
  const byName = new Map([...base, ...added].map((entry) => [entry.split("=", 1)[0] ?? entry, entry]));
  return [...byName.values()];
}
