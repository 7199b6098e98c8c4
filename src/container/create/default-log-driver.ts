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
 * Where the output goes of a container that nobody has said it for. In a systemd unit that is the journal,
 * where its service's output is looked for, and where it stays when the container is removed; but only one
 * that this user can read again.
 */
export function defaultLogDriver({ env, uid, root = "/" }: LogDriverSources): LogOptions["driver"] {
  const inUnit = env.PODMAN_SYSTEMD_UNIT !== undefined;
  return inUnit && can(join(root, SOCKET), constants.W_OK) && readsJournal(root, uid)
    ? "journald"
    : "k8s-file";
}

/**
 * journald writes a file for each user where it writes to disk; else there is only the system's, for those of
 * its group.
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
