import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DamagedError, InUseError, NotFoundError, TspodError } from "../errors.ts";
import { brokenNameRule } from "../options/names.ts";
import { acquireLock } from "../os/file-lock.ts";
import { readSmallText } from "../os/files/read-small-file.ts";
import { MNT_DETACH, umount } from "../os/mount.ts";
import { isMounted } from "../os/mount-holder.ts";
import { hasCode } from "../os/system-error.ts";
import { randomHex } from "../storage/random-hex.ts";
import { readable, readRecord } from "../storage/record.ts";
import { makeUpperDirectory } from "../storage/rootfs/upper-directory.ts";
import type { Store } from "../storage/store.ts";
import { makeTmpDirectory, moveToTrash } from "../storage/tmp-directory.ts";
import { bondTo } from "../storage/volume-bond.ts";
import type { CopyUp } from "./copy-up-request.ts";
import { type VolumeRecord, type VolumeRequest, volumeShape } from "./volume-record.ts";

export type { VolumeRecord, VolumeRequest };

const RECORD = "volume.json";
/** In the volume's directory until something is copied into it from an image. */
const UNUSED = "unused";

/**
 * @returns the volume, and whether it was made just now
 * @throws {TspodError} If the name is taken (unless orExisting), or is not a name.
 */
export function makeOrFindVolume(
  store: Store,
  request: VolumeRequest,
): { readonly volume: VolumeRecord; readonly made: boolean } {
  const { labels = {}, options = {}, owner, created, image, orExisting = false } = request;
  const name = request.name ?? randomHex(32);
  const rule = brokenNameRule(name);
  if (rule !== undefined) throw new TspodError(`running volume create option: ${rule}`);
  const there = getVolume(store, name);
  if (there !== undefined) {
    if (orExisting) return { volume: there, made: false };
    throw new TspodError(`volume with name ${name} already exists: volume already exists`);
  }
  const volume: VolumeRecord = {
    schemaVersion: 1,
    name,
    driver: image === undefined ? "local" : "image",
    created,
    labels,
    options,
    ...(owner && { owner }),
    anonymous: request.name === undefined,
    ...(image && { image, storageId: randomHex(32) }),
  };
  if (makeVolume(store, volume, request.bondedTo)) return { volume, made: true };
  return makeOrFindVolume(store, { ...request, name }); // another process has just made it
}

function makeVolume(store: Store, record: VolumeRecord, bondedTo?: string): boolean {
  using work = makeTmpDirectory(store, "volume");
  mkdirSync(join(work.path, "_data"), { mode: 0o755 });
  if (record.owner !== undefined) giveTo(record.owner, join(work.path, "_data"));
  mkdirSync(join(work.path, "refs"));
  if (record.image === undefined) writeFileSync(join(work.path, UNUSED), "");
  else makeUpperDirectory(store, work.path, record.image.chainIds);
  if (bondedTo !== undefined) bondTo(work.path, bondedTo);
  writeFileSync(join(work.path, RECORD), `${JSON.stringify(record)}\n`, { flush: true });
  try {
    renameSync(work.path, volumePath(store, record.name));
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST", "ENOTEMPTY")) return false;
    throw error;
  }
}

function giveTo({ uid, gid }: NonNullable<VolumeRecord["owner"]>, path: string): void {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    if (!hasCode(error, "EINVAL")) throw error;
    throw new TspodError(
      `giving the volume to ${uid}:${gid}: your user namespace does not have that user or group: see "tspod info" for its id maps`,
    );
  }
}

/** Absolute path of a volume, there or not. */
export function volumePath(store: Store, name: string): string {
  return join(store.volumes, name);
}

/**
 * Names of all volumes, whether their records can be read or not. Files that are no volume's name are passed
 * over.
 */
export function listVolumeNames(store: Store): string[] {
  return readdirSync(store.volumes)
    .filter((name) => brokenNameRule(name) === undefined)
    .sort();
}

/** Whether there is a volume of that very name, be its record damaged. */
export function hasVolume(store: Store, name: string): boolean {
  return brokenNameRule(name) === undefined && existsSync(volumePath(store, name));
}

/** All volumes by name; a warning for each that is damaged. */
export function listVolumes(store: Store): VolumeRecord[] {
  return readable(listVolumeNames(store), (name) => getVolume(store, name), store.warn);
}

/** The volume of that very name. @throws {DamagedError} If its record can't be read. */
export function getVolume(store: Store, name: string): VolumeRecord | undefined {
  if (brokenNameRule(name) !== undefined) return undefined;
  const path = join(volumePath(store, name), RECORD);
  const volume = readRecord(path, volumeShape(name));
  if (volume !== undefined || !existsSync(volumePath(store, name))) return volume;
  const again = readRecord(path, volumeShape(name)); // of a volume that has just been made
  if (again !== undefined || !existsSync(volumePath(store, name))) return again;
  throw new DamagedError(`"${path}" is missing (use \`tspod system check --repair\`)`);
}

/**
 * By name or unique prefix of a name.
 * @throws {NotFoundError} `no volume with name "x" found: no such volume`
 * @throws {TspodError} If several names begin so.
 */
export function lookupVolume(store: Store, nameOrPrefix: string): VolumeRecord {
  if (nameOrPrefix === "") throw new TspodError("name or ID cannot be empty");
  const exact = getVolume(store, nameOrPrefix);
  if (exact !== undefined) return exact;
  const [found, ...others] = listVolumes(store).filter(({ name }) => name.startsWith(nameOrPrefix));
  if (found === undefined) {
    throw new NotFoundError(`no volume with name "${nameOrPrefix}" found: no such volume`);
  }
  if (others.length > 0) {
    throw new TspodError(`more than one result for volume name ${nameOrPrefix}: volume already exists`);
  }
  return found;
}

/** Absolute path of its content. */
export function volumeData(store: Store, name: string): string {
  return join(volumePath(store, name), "_data");
}

/** Absolute path of the file that says that a container uses the volume: for the monitor's volume-ref. */
export function volumeRefPath(store: Store, name: string, containerId: string): string {
  return join(volumePath(store, name), "refs", containerId);
}

/** Note that a container uses a volume. @throws {NotFoundError} If it has just been removed. */
export function addVolumeRef(store: Store, name: string, containerId: string): void {
  try {
    writeFileSync(volumeRefPath(store, name, containerId), "");
  } catch (error) {
    if (hasCode(error, "ENOENT"))
      throw new NotFoundError(`no volume with name "${name}" found: no such volume`);
    throw error;
  }
}

/** Forget that a container uses a volume. Says whether it was the last. */
export function dropVolumeRef(store: Store, name: string, containerId: string): boolean {
  try {
    unlinkSync(volumeRefPath(store, name, containerId));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  return volumeUsers(store, name).length === 0;
}

/**
 * IDs of the containers that use it. A reference of a container that is gone (its monitor was killed) does
 * not count.
 */
export function volumeUsers(store: Store, name: string): string[] {
  try {
    const ids = readdirSync(join(volumePath(store, name), "refs"));
    return ids.filter((id) => existsSync(join(store.containers, id)));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/**
 * No-op where it is gone. The caller holds the storage lock exclusively, so that no container comes to use it
 * meanwhile.
 * @throws {InUseError} If a container uses it.
 */
export function removeVolume(store: Store, name: string): void {
  const users = volumeUsers(store, name);
  if (users.length > 0) {
    throw new InUseError(
      `volume ${name} is being used by the following container(s): ${users.join(", ")}: volume is being used`,
    );
  }
  detach(volumeData(store, name));
  moveToTrash(store, volumePath(store, name));
}

/**
 * Unmounts what "tspod unshare" has mounted there: it is in our mount namespace, too, and must not be deleted
 * with the volume.
 */
function detach(path: string): void {
  while (isMounted("/proc/self", path)) umount(path, MNT_DETACH);
}

/** Held while a volume is being mounted: one looks, and does it, before the next one looks. */
export function lockVolumeMount(store: Store, name: string): Promise<Disposable> {
  return acquireLock(join(volumePath(store, name), "mount.lock"));
}

/**
 * Whether nothing was copied into it yet: then the image's content at its destination is, while it is empty.
 */
export function needsCopyUp(store: Store, name: string): boolean {
  return existsSync(join(volumePath(store, name), UNUSED));
}

/** Whether its first use has given its root an owner already. */
export function hasOwner(store: Store, name: string): boolean {
  try {
    return readSmallText(join(volumePath(store, name), UNUSED)) !== "";
  } catch (error) {
    if (hasCode(error, "ENOENT")) return true;
    throw error;
  }
}

/**
 * A use of an empty volume: copy what the image has at `destination` (owners, modes, xattrs, times) into it
 * if it is empty, and give its root the owner and mode of that directory. Where the image has nothing there,
 * the next use may have; its root gets an owner at the first only. No-op for a used one.
 * @returns whether something was copied
 */
export async function copyUpVolume(store: Store, name: string, options: CopyUp): Promise<boolean> {
  if (!needsCopyUp(store, name)) return false;
  const volume = getVolume(store, name);
  const { copyUp } = await import("./copy-up.ts"); // once in a volume's life
  return await copyUp(volumePath(store, name), {
    ...options,
    nocopy: options.nocopy === true || volume?.options.nocopy !== undefined,
    keepsOwner: volume?.owner !== undefined,
    unused: UNUSED,
  });
}
