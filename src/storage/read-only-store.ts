import { readdirSync, statSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { hasCode } from "../os/system-error.ts";
import { readVersion, SCHEMA_VERSION, type Store, storeAt } from "./store.ts";

/** What containers/storage, Podman's own, has in its root. */
const OF_PODMAN = ["overlay-images", "vfs-images", "btrfs-images", "zfs-images"];

/**
 * A store of somebody else, in which images are found: nothing is made, locked or swept there, and it may be
 * anybody's.
 * @param root absolute path
 * @param warn told where Podman has made it, whose format is another one
 * @returns undefined in that case
 * @throws {TspodError} If it is no directory, can't be read, or a newer tspod has written it.
 */
export function openReadOnlyStore(root: string, warn: (line: string) => void): Store | undefined {
  const names = namesIn(root);
  if (OF_PODMAN.some((name) => names.includes(name))) {
    warn(`the image store "${root}" is passed over: it is in Podman's format, which tspod does not read`);
    return undefined;
  }
  const store = { ...storeAt(root, warn), isReadOnly: true as const };
  const version = names.includes("store.json") ? readVersion(store, false) : undefined;
  if (version !== undefined && version > SCHEMA_VERSION)
    throw new TspodError(
      `the image store "${root}" was written by a newer tspod (schema ${version}, this one knows ${SCHEMA_VERSION})`,
    );
  return store;
}

/** In Podman's words where it is not there. */
function namesIn(root: string): readonly string[] {
  try {
    if (!statSync(root).isDirectory())
      throw new TspodError(`configure storage: overlay: image path "${root}" must be a directory`);
    return readdirSync(root);
  } catch (cause) {
    if (cause instanceof TspodError) throw cause;
    if (hasCode(cause, "ENOENT"))
      throw new TspodError(
        `configure storage: overlay: can't stat imageStore dir ${root}: stat ${root}: no such file or directory`,
      );
    throw new TspodError(`opening the image store "${root}"`, { cause });
  }
}
