import { existsSync, lstatSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { basename } from "node:path";
import { InUseError } from "../../errors.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../store.ts";
import { isBeingMade } from "../tmp-directory.ts";

/** What has a name: containers and pods share one space of them. */
export type Named = "container" | "pod";

/**
 * A name is claimed by a symlink names/NAME → ../containers/ID, or ../pods/ID: symlink(2) either makes it or
 * fails because it is there. A name is claimed before the directory of the container or pod gets its place,
 * and released before the directory goes. So a claim that leads nowhere belongs to one that is being made, or
 * to a maker that was killed.
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

/** @throws {InUseError} If another container or pod has the name. */
export async function claimName(
  store: Store,
  name: string,
  { id, kind = "container" }: { readonly id: string; readonly kind?: Named },
): Promise<void> {
  if (tryClaim(store, name, { id, kind })) return;
  {
    using _lock = await acquireLock(`${store.locks}/names.lock`);
    const owner = claimedBy(store, name);
    if (owner !== undefined && isStale(store, owner)) unlinkSync(namePath(store, name));
  }
  if (!tryClaim(store, name, { id, kind })) throw nameInUse(store, name, kind);
}

function tryClaim(store: Store, name: string, { id, kind }: { id: string; kind: Named }): boolean {
  try {
    symlinkSync(`../${kind}s/${id}`, namePath(store, name));
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** What it belongs to is not there, and no process is making it. */
function isStale(store: Store, id: string): boolean {
  if (isThere(store, id)) return false;
  if (isBeingMade(store, "container", id) || isBeingMade(store, "pod", id)) return false;
  // Once more, for it may have got its place in between.
  return !isThere(store, id);
}

function isThere(store: Store, id: string): boolean {
  return [store.containers, store.pods].some(
    (directory) => lstatSync(`${directory}/${id}`, { throwIfNoEntry: false }) !== undefined,
  );
}

function nameInUse(store: Store, name: string, kind: Named): InUseError {
  const owner = claimedBy(store, name) ?? "another container";
  const ownerKind = existsSync(`${store.pods}/${owner}`) ? "pod" : "container";
  if (kind === "pod")
    return new InUseError(`adding pod to state: name "${name}" is in use: ${ownerKind} already exists`);
  if (ownerKind === "pod")
    return new InUseError(`adding container to state: name "${name}" is in use: pod already exists`);
  return new InUseError(
    `creating container storage: the container name "${name}" is already in use by ${owner}. You have to remove that container to be able to reuse that name: that name is already in use, or use --replace to instruct Podman to do so.`,
  );
}

/** Releases a name, unless it belongs to another container by now. */
export function releaseName(store: Store, name: string, id: string): void {
  if (claimedBy(store, name) === id) unlinkSync(namePath(store, name));
}

/** All names that a container has claimed, where its record does not say them. */
export function releaseNamesOf(store: Store, id: string): void {
  for (const name of readdirSync(store.names)) releaseName(store, name, id);
}

/** To be called when no container is left: removes their names, and no file that tspod has not made. */
export function removeAllNames(store: Store): void {
  for (const name of readdirSync(store.names))
    if (/^[0-9a-f]{64}$/.test(claimedBy(store, name) ?? "")) unlinkSync(namePath(store, name));
}
