import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LogOptions } from "../../options/create-options.ts";
import type { Env } from "../../os/env.ts";

const SOCKET = "run/systemd/journal/socket";
const JOURNALS = ["var/log/journal", "run/log/journal"];

export interface LogDriverSources {
  readonly env: Env;
  /** The user's id outside the user namespace. */
  readonly uid: number;
  /** Where /run and /var are. */
  readonly root?: string;
}

/**
 * The log driver of a container for which none was asked. In a systemd unit it is the journal, where users
 * look for a service's output, and where it stays when the container is removed; but only if this user can
 * read the journal.
 */
export function defaultLogDriver({ env, uid, root = "/" }: LogDriverSources): LogOptions["driver"] {
  const inUnit = env.PODMAN_SYSTEMD_UNIT !== undefined;
  return inUnit && can(join(root, SOCKET), constants.W_OK) && readsJournal(root, uid)
    ? "journald"
    : "k8s-file";
}

/**
 * journald writes a file for each user if it writes to disk; otherwise there is only the system's, which its
 * group may read.
 */
function readsJournal(root: string, uid: number): boolean {
  return JOURNALS.flatMap((name) => directoriesIn(join(root, name))).some((directory) =>
    [`user-${uid}.journal`, "system.journal"].some((file) => can(join(directory, file), constants.R_OK)),
  );
}

function directoriesIn(path: string): string[] {
  try {
    return readdirSync(path).map((name) => join(path, name));
  } catch {
    return []; // not there, or not for us
  }
}

function can(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
