import type { ContainerRecord } from "../oci/container-record.ts";
import type { Store } from "./store.ts";

/** 64 random hex digits. */
export function newContainerId(): string {
  throw new Error();
}

/** Absolute path of a container's directory, there or not. */
export function containerPath(store: Store, id: string): string {
  throw new Error(`${store} ${id}`);
}

/**
 * Make a container: its name claimed, its directory complete, all or nothing. The caller holds the storage lock shared.
 * @param prepare writes further files into the directory before it becomes visible (absolute path of the directory while
 * it is being made)
 * @throws {InUseError} If the name is taken: `creating container storage: the container name "x" is already in use by ID. …`
 */
export async function createContainerDirectory(
  store: Store,
  record: ContainerRecord,
  prepare?: (directory: string) => void | Promise<void>,
): Promise<string> {
  throw new Error(`${store} ${record} ${prepare}`);
}

/** The record of a container. @throws {NotFoundError} If there is none of that full ID. */
export function readContainerRecord(store: Store, id: string): ContainerRecord {
  throw new Error(`${store} ${id}`);
}

/** Replace a record (rename, update). The caller holds the container's lock. */
export function writeContainerRecord(store: Store, record: ContainerRecord): void {
  throw new Error(`${store} ${record}`);
}

/** All containers, oldest first. One that vanishes meanwhile is left out. */
export function listContainerRecords(store: Store): ContainerRecord[] {
  throw new Error(`${store}`);
}

/** IDs of all containers, in no order. */
export function listContainerIds(store: Store): string[] {
  throw new Error(`${store}`);
}

/**
 * The ID that goes by a full name, an ID, or a unique prefix of an ID.
 * @throws {NotFoundError} `no container with name or ID "x" found: no such container`
 * @throws {TspodError} If several IDs begin so.
 */
export function lookupContainer(store: Store, nameOrId: string): string {
  throw new Error(`${store} ${nameOrId}`);
}

/** The claim of a name: the path of its symlink in names/ (for the monitor's remove-link; unlink it before the directory goes). */
export function namePath(store: Store, name: string): string {
  throw new Error(`${store} ${name}`);
}

/** Whether a container has that name now. */
export function isNameTaken(store: Store, name: string): boolean {
  throw new Error(`${store} ${name}`);
}

/** Give a container another name. The caller holds its lock. @throws {InUseError} If it is taken. */
export function renameContainer(store: Store, record: ContainerRecord, name: string): ContainerRecord {
  throw new Error(`${store} ${record} ${name}`);
}

/** Give up its name, move its directory to the trash, delete it. No-op where it is gone. The caller holds its lock. */
export function removeContainerDirectory(store: Store, record: Pick<ContainerRecord, "id" | "name">): void {
  throw new Error(`${store} ${record}`);
}
