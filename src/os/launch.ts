import { ENV } from "../protocol/environment.ts";

/** What the launcher found out and did before Node was started. */
export interface Launch {
  /** Absolute; there, 0700, owner checked. "" where nothing was joined. */
  runtimeDirectory: string;
  /** The calling user's ids as seen outside the user namespace. */
  uid: number;
  gid: number;
  /** The descriptor with the shared flock that keeps the keeper; not close-on-exec. */
  liveFd: number | undefined;
  /**
   * Whether this process is in the user's namespaces: not so for help, version and completion, nor from
   * source.
   */
  joined: boolean;
  /** Whether mounts are made in the caller's mount namespace: `mount` and the like, inside `unshare`. */
  callerMounts: boolean;
  /** Numbers of the signals that the caller has ignored (nohup does that), which Node has not kept so. */
  ignoredSignals: readonly number[];
  /** What the user called: `tspod`, or the name of a symlink to it. */
  name: string;
}

/**
 * Reads the launcher's variables and takes them out of `env`, where the user's own NODE_OPTIONS come back: no
 * child is to see ours.
 * @see native/protocol.h, section 1
 */
export function takeLaunch(env: Record<string, string | undefined>): Launch {
  const take = (name: string): string | undefined => {
    const value = env[name];
    delete env[name];
    return value;
  };
  const nodeOptions = take(ENV.nodeOptions);
  if (nodeOptions !== undefined) env.NODE_OPTIONS = nodeOptions;
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
    name: take(ENV.argv0) ?? "tspod",
  };
}
