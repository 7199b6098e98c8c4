import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../store.ts";

/**
 * A name is claimed by a symlink names/NAME → ../containers/ID, or ../pods/ID: symlink(2) either makes it or
 * fails because it is there. A name is claimed before the directory of the container or pod gets its place,
 * and released before the directory goes. So a claim that leads nowhere belongs to one that is being made, or
 * to a maker that was killed. A container has two claims while it is renamed; its record says which counts.
 */
export function namePath(store: Store, name: string): string {
  return `${store.names}/${name}`;
}

/** The ID that a name is claimed for. */
export function claimedBy(store: Store, name: string): string | undefined {
  if (name === "" || name.includes("/") || name.includes("\0") || name === "." || name === "..")
    return undefined;
  try {
    return basename(readlinkSync(namePath(store, name)));
  } catch (error) {
    if (hasCode(error, "ENOENT", "EINVAL", "ENAMETOOLONG")) return undefined;
    throw error;
  }
}
