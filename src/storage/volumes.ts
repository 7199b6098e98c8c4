import type { Store } from "./store.ts";

/** volumes/<name>/volume.json */
export interface VolumeRecord {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly driver: "local";
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
}

export interface VolumeRequest {
  /** Absent: anonymous, a random name of 64 hex digits. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  /** Give back the volume of that name where there is one, instead of failing. */
  readonly orExisting?: boolean;
}

/** @throws {TspodError} If the name is taken (unless orExisting) or no name. */
export function createVolume(store: Store, request: VolumeRequest): VolumeRecord {
  throw new Error(`${store} ${request}`);
}

/** All volumes by name. */
export function listVolumes(store: Store): VolumeRecord[] {
  throw new Error(`${store}`);
}

/** The volume of that very name. */
export function getVolume(store: Store, name: string): VolumeRecord | undefined {
  throw new Error(`${store} ${name}`);
}

/** By name or unique prefix of a name, as Podman. @throws {NotFoundError} `no volume with name "x" found: no such volume` */
export function lookupVolume(store: Store, nameOrPrefix: string): VolumeRecord {
  throw new Error(`${store} ${nameOrPrefix}`);
}

/** Absolute path of its content. */
export function volumeData(store: Store, name: string): string {
  throw new Error(`${store} ${name}`);
}

/** Absolute path of the file that says that a container uses the volume: for the monitor's volume-ref. */
export function volumeRefPath(store: Store, name: string, containerId: string): string {
  throw new Error(`${store} ${name} ${containerId}`);
}

/** Note that a container uses a volume. @throws {NotFoundError} If it has just been removed. */
export function addVolumeRef(store: Store, name: string, containerId: string): void {
  throw new Error(`${store} ${name} ${containerId}`);
}

/** Forget that a container uses a volume. Says whether it was the last. */
export function dropVolumeRef(store: Store, name: string, containerId: string): boolean {
  throw new Error(`${store} ${name} ${containerId}`);
}

/** IDs of the containers that use it. */
export function volumeUsers(store: Store, name: string): string[] {
  throw new Error(`${store} ${name}`);
}

/** @throws {InUseError} If a container uses it. */
export function removeVolume(store: Store, name: string): void {
  throw new Error(`${store} ${name}`);
}

/** Whether no container has mounted it yet: then the image's content at its destination is copied in. */
export function needsCopyUp(store: Store, name: string): boolean {
  throw new Error(`${store} ${name}`);
}

/**
 * First use of a volume: copy what the image has at `destination` (owners, modes, xattrs, times) into it if it is empty,
 * and give its root the owner and mode of that directory. After that it counts as used. No-op for a used one.
 * @param options.chainIds the image's layers, base first
 * @param options.destination absolute path in the container
 */
export async function copyUpVolume(
  store: Store,
  name: string,
  options: { readonly chainIds: readonly string[]; readonly destination: string; readonly nocopy?: boolean },
): Promise<void> {
  throw new Error(`${store} ${name} ${options}`);
}
