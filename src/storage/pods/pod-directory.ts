import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import { type PodRecord, podRecordShape } from "../../options/pod-record.ts";
import { acquireLock, type FileLock, tryLock } from "../../os/file-lock.ts";
import { writeFlushed } from "../../os/files/write-flushed.ts";
import { hasCode } from "../../os/system-error.ts";
import { claimedBy } from "../containers/claimed-name.ts";
import { claimName, releaseName } from "../containers/container-names.ts";
import { readable, readRecord } from "../record.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory, moveToTrash } from "../tmp-directory.ts";

const RECORD = "pod.json";

/** Nothing goes by the name or ID of a pod that was asked for. */
export class NoSuchPodError extends NotFoundError {
  override name = "NoSuchPodError";
}

/** Absolute path of a pod's directory, there or not. */
export function podPath(store: Store, id: string): string {
  return join(store.pods, id);
}

/** The file that a member's monitor holds a shared flock(2) on as long as it lives. */
export function membersLock(store: Store, id: string): string {
  return join(podPath(store, id), "members.lock");
}

function podLock(store: Store, id: string): string {
  return join(store.locks, "pods", `${id}.lock`);
}

/**
 * One pod's lock: who is in it, and whether it is there. Taken before all others but those of pulls.
 * @throws {NoSuchPodError} If the pod is gone when the lock is had.
 */
export async function lockPod(store: Store, id: string): Promise<FileLock> {
  mkdirSync(join(store.locks, "pods"), { recursive: true, mode: 0o700 });
  const lock = await acquireLock(podLock(store, id));
  if (existsSync(podPath(store, id))) return lock;
  using _lock = lock;
  rmSync(podLock(store, id), { force: true });
  throw new NoSuchPodError(`pod ${id} was removed meanwhile`);
}

/** As lockPod(), but undefined where another process holds it; the pod need not be there. */
export function tryLockPod(store: Store, id: string): FileLock | undefined {
  mkdirSync(join(store.locks, "pods"), { recursive: true, mode: 0o700 });
  return tryLock(podLock(store, id));
}

/**
 * Make a pod: its name claimed, its directory complete, all or nothing.
 * @throws {InUseError} If a container or pod has the name.
 */
export async function createPodDirectory(store: Store, record: PodRecord): Promise<void> {
  mkdirSync(store.pods, { recursive: true, mode: 0o700 });
  using making = makeTmpDirectory(store, "pod", record.id);
  using undo = new DisposableStack();
  mkdirSync(join(making.path, "members"), { mode: 0o700 });
  writeFileSync(join(making.path, "members.lock"), "", { mode: 0o600 });
  writeFlushed(join(making.path, RECORD), `${JSON.stringify(record)}\n`);
  await claimName(store, record.name, { id: record.id, kind: "pod" });
  undo.defer(() => releaseName(store, record.name, record.id));
  renameSync(making.path, podPath(store, record.id));
  undo.move();
}

/** Give up its name, delete its directory. No-op where it is gone. The caller holds its lock. */
export function removePodDirectory(store: Store, { id, name }: Pick<PodRecord, "id" | "name">): void {
  releaseName(store, name, id);
  moveToTrash(store, podPath(store, id));
  rmSync(podLock(store, id), { force: true });
}

/**
 * The record of a pod.
 * @throws {NoSuchPodError} If there is none of that full ID.
 * @throws {DamagedError} If it can't be read.
 */
export function readPodRecord(store: Store, id: string): PodRecord {
  const record = readRecord(join(podPath(store, id), RECORD), podRecordShape(id));
  if (record === undefined) throw noSuchPod(id);
  return record;
}

/** All pods, oldest first. One that vanishes meanwhile is left out, one that is damaged warned of. */
export function listPodRecords(store: Store): PodRecord[] {
  const read = (id: string) => readRecord(join(podPath(store, id), RECORD), podRecordShape(id));
  return readable(listPodIds(store), read, store.warn).sort((a, b) => (a.created < b.created ? -1 : 1));
}

const ID = /^[0-9a-f]{64}$/;

/** IDs of all pods, in no order. */
export function listPodIds(store: Store): string[] {
  return namesIn(store.pods).filter((name) => ID.test(name));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return []; // no pod was made yet, or it is gone
    throw error;
  }
}

/**
 * The ID that goes by a pod's full name, ID, or a unique prefix of its ID.
 * @throws {NoSuchPodError} `no pod with name or ID x found: no such pod`
 * @throws {TspodError} If several IDs begin so, or it is empty.
 */
export function lookupPod(store: Store, nameOrId: string): string {
  if (nameOrId === "") throw new TspodError("name or ID cannot be empty");
  const owner = claimedBy(store, nameOrId);
  if (owner !== undefined && ID.test(owner) && existsSync(podPath(store, owner))) return owner;
  if (/^[0-9a-f]{1,64}$/.test(nameOrId)) {
    const [id, ...others] = listPodIds(store).filter((each) => each.startsWith(nameOrId));
    if (others.length > 0)
      throw new TspodError(`more than one result for ID or name ${nameOrId}: pod already exists`);
    if (id !== undefined) return id;
  }
  // A name that was given up by a removal that was killed then and there.
  const orphan = listPodRecords(store).find(({ name }) => name === nameOrId);
  if (orphan === undefined) throw noSuchPod(nameOrId);
  return orphan.id;
}

function noSuchPod(nameOrId: string): NoSuchPodError {
  return new NoSuchPodError(`no pod with name or ID ${nameOrId} found: no such pod`);
}

/**
 * Note that a container is in a pod, before it is made. A note of one that is not there does not count, and
 * goes with the next one. The caller holds the pod's lock.
 * @returns what takes the note back
 */
export function noteMember(store: Store, { pod, id, sidecar }: MemberNote): () => void {
  const directory = join(podPath(store, pod), "members");
  // What infra's monitor reads: native/monitor/pod/sidecars.h
  const text =
    sidecar && `sidecar ${namesIn(directory).length} ${Math.min(sidecar.stopTimeout, LONGEST_STOP)}`;
  return noteIn(directory, { store, id, text: text ?? "" });
}

interface MemberNote {
  readonly pod: string;
  readonly id: string;
  /** Of a container that ends with the others: seconds until SIGKILL. */
  readonly sidecar: { readonly stopTimeout: number } | undefined;
}

/** Seconds that fit into C's `unsigned`. */
const LONGEST_STOP = 0xffff_ffff;

/** A note in a directory, which is there; those of containers that are gone are removed. */
export function noteIn(
  directory: string,
  { store, id, text }: { readonly store: Store; readonly id: string; readonly text: string },
): () => void {
  for (const name of namesIn(directory))
    if (!existsSync(join(store.containers, name))) rmSync(join(directory, name), { force: true });
  const path = join(directory, id);
  writeFileSync(path, text, { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** IDs of the containers in a pod, infra's included, in no order. */
export function memberIds(store: Store, pod: string): string[] {
  const directory = join(podPath(store, pod), "members");
  return namesIn(directory).filter((id) => ID.test(id) && existsSync(join(store.containers, id)));
}
