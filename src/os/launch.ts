import { basename } from "node:path";
import { ENV } from "../protocol/environment.ts";

export { TRACE } from "../protocol/environment.ts";

/** What takes the time of a call, in a file of Chrome's trace format (native/common/trace.h). */
export interface Trace {
  /** A phase ends, and the next begins. */
  mark(name: string): void;
}

/** What the launcher found out and did before it started Node. */
export interface Launch {
  /**
   * Absolute path of a directory that exists with mode 0700 and belongs to the user; "" where nothing was
   * joined.
   */
  runtimeDirectory: string;
  /** The calling user's ids as seen outside the user namespace. */
  uid: number;
  gid: number;
  /** The descriptor with the shared flock that keeps the keeper; not close-on-exec. */
  liveFd: number | undefined;
  /**
   * Whether this process is in the user's namespaces. It is not for help, version and completion, nor when it
   * runs from source.
   */
  joined: boolean;
  /** Whether mounts are made in the caller's mount namespace: `mount` and the like, inside `unshare`. */
  callerMounts: boolean;
  /**
   * Numbers of the signals that the caller has ignored (nohup does that). Node has restored their default
   * actions.
   */
  ignoredSignals: readonly number[];
  /** What the user called: `tspod`, or the name of a symlink to it. */
  name: string;
  /** The same with the path that was typed before it, if any. */
  typed: string;
  /** Where the call is traced, from program.ts on. */
  trace?: Trace | undefined;
}

/**
 * Reads the launcher's variables, and leaves the user's in `env`: no child sees the others, the user's own
 * NODE_OPTIONS are put back, and what every object has, `toString`, is no variable (of `run -e toString`).
 * @see native/protocol.h, section 1
 */
export function takeLaunch(env: Record<string, string | undefined>): Launch {
  Object.setPrototypeOf(env, null);
  const take = (name: string): string | undefined => {
    const value = env[name];
    delete env[name];
    return value;
  };
  const nodeOptions = take(ENV.nodeOptions);
  if (nodeOptions !== undefined) env.NODE_OPTIONS = nodeOptions;
  const typed = take(ENV.argv0) ?? "tspod";
  const runtimeDirectory = take(ENV.runtimeDir) ?? "";
  const [uid, gid, liveFd] = [take(ENV.uid), take(ENV.gid), take(ENV.liveFd)];
  return {
    runtimeDirectory,
    uid: Number(uid ?? process.getuid?.()),
    gid: Number(gid ?? process.getgid?.()),
    liveFd: liveFd === undefined ? undefined : Number(liveFd),
    joined: take(ENV.noUserns) === undefined && runtimeDirectory !== "",
    callerMounts: take(ENV.callerMounts) !== undefined,
    ignoredSignals: (take(ENV.ignoredSignals) ?? "").split(" ").filter(Boolean).map(Number),
    name: basename(typed),
    typed,
  };
}
