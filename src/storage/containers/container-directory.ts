import { existsSync, mkdirSync, readdirSync, renameSync, statSync, unlinkSync } from "node:fs";
import { DamagedError, NotFoundError, TspodError } from "../../errors.ts";
import { ownerOnHost } from "../../oci/id-maps.ts";
import { type ContainerRecord, containerRecordShape, givenRootfs } from "../../options/container-record.ts";
import { withoutSlash } from "../../options/names.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { writeFlushed } from "../../os/files/write-flushed.ts";
import { hasCode } from "../../os/system-error.ts";
import { layerFiles } from "../layers/layers.ts";
import { randomHex } from "../random-hex.ts";
import { readable, readRecord } from "../record.ts";
import { rootfsBase } from "../rootfs/rootfs-base.ts";
import { giveLook } from "../rootfs/upper-directory.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory, moveToTrash } from "../tmp-directory.ts";
import { claimedBy } from "./claimed-name.ts";
import { claimName, releaseName } from "./container-names.ts";

export { namePath } from "./claimed-name.ts";

const RECORD = "container.json";

/** The pause program's own directory is of an account of the host's, which may be none of the container's. */
const OF_ROOT = { uid: 0, gid: 0, mode: 0o755 };

/** 64 random hex digits. */
export function newContainerId(): string {
  return randomHex(32);
}

/** Absolute path of a container's directory, there or not. */
export function containerPath(store: Store, id: string): string {
  return `${store.containers}/${id}`;
}

/**
 * Make a container: its name claimed, its directory complete (with upper/, work/ and merged/ where its root
 * filesystem is an overlay), all or nothing. The caller holds the storage lock shared.
 * @param prepare writes further files into the directory before it becomes visible (absolute path of the
 * directory while it is being made)
 * @returns absolute path of the directory
 * @throws {InUseError} If the name is taken: `creating container storage: the container name "x" is already
 * in use by ID. …`
 */
export async function createContainerDirectory(
  store: Store,
  record: ContainerRecord,
  prepare?: ((directory: string) => void | Promise<void>) | undefined,
): Promise<string> {
  using making = makeTmpDirectory(store, "container", record.id);
  using undo = new DisposableStack();
  if (givenRootfs(record.options) === undefined) makeRootfsDirectories(store, making.path, record);
  // The rename may be lost in a power cut, and then nothing is there.
  writeFlushed(`${making.path}/${RECORD}`, recordText(record));
  await prepare?.(making.path);
  await claimName(store, record.name, record);
  undo.defer(() => releaseName(store, record.name, record.id));
  const path = containerPath(store, record.id);
  renameSync(making.path, path);
  undo.move(); // there it is
  return path;
}

/** The upper directory is the container's "/": it looks like that of its topmost layer. */
function makeRootfsDirectories(
  store: Store,
  directory: string,
  { chainIds, options }: ContainerRecord,
): void {
  for (const name of ["upper", "work", "merged"]) mkdirSync(`${directory}/${name}`, { mode: 0o755 });
  const chainId = chainIds.at(-1);
  const top = chainId === undefined ? rootfsBase(options) : layerFiles(store, chainId);
  if (top === undefined) return;
  const { idMaps } = options;
  const { mode, ...owner } = options.source.kind === "pause" ? OF_ROOT : statSync(top);
  giveLook(`${directory}/upper`, { mode, ...(idMaps === undefined ? owner : ownerOnHost(idMaps, owner)) });
}

function recordText(record: ContainerRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * The record of a container.
 * @throws {NotFoundError} If there is none of that full ID.
 * @throws {DamagedError} If it can't be read.
 */
export function readContainerRecord(store: Store, id: string): ContainerRecord {
  const record = readIfThere(store, id);
  if (record === undefined) throw noSuchContainer(id);
  return record;
}

/**
 * @returns undefined where it is gone
 * @throws {DamagedError} If it can't be read, or there is a directory without a record: that is made, moved
 * and
 * removed as a whole.
 */
function readIfThere(store: Store, id: string): ContainerRecord | undefined {
  const path = `${containerPath(store, id)}/${RECORD}`;
  const record = readRecord(path, containerRecordShape(id));
  if (record !== undefined || !existsSync(containerPath(store, id))) return record;
  const again = readRecord(path, containerRecordShape(id)); // of a container that has just been made
  if (again !== undefined || !existsSync(containerPath(store, id))) return again;
  throw new DamagedError(`"${path}" is missing (use \`tspod system check --repair\`)`);
}

/** Replace a record (rename, update). The caller holds the container's lock. */
export function writeContainerRecord(store: Store, record: ContainerRecord): void {
  writeFileAtomic(`${containerPath(store, record.id)}/${RECORD}`, recordText(record));
}

/** All containers, oldest first. One that vanishes meanwhile is left out, one that is damaged warned of. */
export function listContainerRecords(store: Store): ContainerRecord[] {
  return readable(listContainerIds(store), (id) => readIfThere(store, id), store.warn).sort(byCreation);
}

/** RFC 3339 in UTC with nine digits, as it is always written, sorts as text does. */
function byCreation(a: ContainerRecord, b: ContainerRecord): number {
  return a.created < b.created ? -1 : 1;
}

/** A file manager may have put its own there. */
const ID = /^[0-9a-f]{64}$/;

/** IDs of all containers, in no order. */
export function listContainerIds(store: Store): string[] {
  return readdirSync(store.containers).filter((name) => ID.test(name));
}

const ID_PREFIX = /^[0-9a-f]{1,64}$/;

/**
 * The ID that goes by a full name, an ID, or a unique prefix of an ID.
 * @throws {NotFoundError} `no container with name or ID "x" found: no such container`
 * @throws {TspodError} If several IDs begin so, or it is empty.
 */
export function lookupContainer(store: Store, asked: string): string {
  const nameOrId = withoutSlash(asked);
  if (nameOrId === "") throw new TspodError("name or ID cannot be empty");
  const owner = claimedBy(store, nameOrId);
  if (owner !== undefined && ID.test(owner) && existsSync(containerPath(store, owner))) return owner;
  if (ID_PREFIX.test(nameOrId)) {
    const [id, ...others] = listContainerIds(store).filter((each) => each.startsWith(nameOrId));
    if (others.length > 0) {
      throw new TspodError(`more than one result for container ID ${nameOrId}: container already exists`);
    }
    if (id !== undefined) return id;
  }
  // A name that was given up by a removal that was killed then and there.
  const orphan = listContainerRecords(store).find(({ name }) => name === nameOrId);
  if (orphan === undefined) throw noSuchContainer(nameOrId);
  return orphan.id;
}

function noSuchContainer(nameOrId: string): NotFoundError {
  return new NotFoundError(`no container with name or ID "${nameOrId}" found: no such container`);
}

/** Whether a container has that name now, or is being made with it. */
export function isNameTaken(store: Store, name: string): boolean {
  return claimedBy(store, name) !== undefined;
}

/** Give a container another name. The caller holds its lock. @throws {InUseError} If it is taken. */
export async function renameContainer(
  store: Store,
  record: ContainerRecord,
  name: string,
): Promise<ContainerRecord> {
  const renamed = { ...record, name };
  await claimName(store, name, record);
  writeContainerRecord(store, renamed);
  releaseName(store, record.name, record.id);
  return renamed;
}

/**
 * Give up its name, move its directory to the trash, delete it. No-op where it is gone. The caller holds its
 * lock.
 */
export function removeContainerDirectory(
  store: Store,
  { id, name }: Pick<ContainerRecord, "id" | "name">,
): void {
  releaseName(store, name, id);
  moveToTrash(store, containerPath(store, id));
  unlinkIfThere(`${store.locks}/containers/${id}.lock`);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
