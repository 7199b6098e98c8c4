import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../../storage/store.ts";
import { moveToTrash } from "../../storage/tmp-directory.ts";

/** A directory in the store, and the names that tspod gives to what is in it. */
interface Made {
  readonly directory: string;
  readonly form: RegExp;
  /** Directories that have a row of their own: they go once they are empty. */
  readonly rooms?: RegExp;
}

/** What a killed writeFileAtomic() leaves. */
const UNFINISHED = String.raw`|\..+\.\d+\.tmp`;
const NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]*";

/** Those inside others first. */
const MADE: readonly Made[] = [
  // Networks with names; Podman's files that were dropped in are networks, too.
  { directory: "networks", form: new RegExp(String.raw`^(?:${NAME}\.json${UNFINISHED})$`) },
  { directory: "last-addresses", form: new RegExp(String.raw`^${NAME} [0-9a-f.:]+-\d{1,3}$`) },
  { directory: "build/cache", form: new RegExp(String.raw`^(?:[0-9a-f]{64}\.json${UNFINISHED})$`) },
  { directory: "build/digests", form: new RegExp(`^(?:[0-9a-f]{64}${UNFINISHED})$`) },
  { directory: "build/mounts", form: /^[0-9a-f]{32}(?:-\d+)?$/ },
  { directory: "build/journal", form: new RegExp(String.raw`^(?:[0-9a-f]{64}\.json${UNFINISHED})$`) },
  { directory: "build", form: /^budget$/, rooms: /^(?:cache|digests|mounts|journal)$/ },
];

/**
 * Deletes what tspod has made in directories of the store that it makes when they are needed. What the user
 * has put beside it has another name, and stays, with its directory.
 * @returns what stays, as paths below the store's root
 */
export function removeMade(store: Store): string[] {
  return MADE.flatMap(({ directory, form, rooms }) => {
    const path = join(store.root, directory);
    const names = namesIn(path);
    for (const name of names) if (form.test(name)) remove(store, join(path, name));
    removeIfEmpty(path);
    const others = names.filter((name) => !form.test(name) && rooms?.test(name) !== true);
    return others.map((name) => join(directory, name));
  });
}

/** A cache mount may hold gigabytes: it goes out of sight in one step. */
function remove(store: Store, path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!hasCode(error, "ERR_FS_EISDIR")) throw error;
    moveToTrash(store, path);
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST")) throw error;
  }
}
