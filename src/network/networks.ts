import { mkdirSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { messageChain, NotFoundError, TspodError } from "../errors.ts";
import { acquireLock, type FileLock } from "../os/file-lock.ts";
import { readSmallText } from "../os/files/read-small-file.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { hasCode, isSystemError } from "../os/system-error.ts";
import type { Store } from "../storage/store.ts";
import { defaultNetwork } from "./default-network.ts";
import { formatNetwork, type NetworkRecord, parseNetworkRecord } from "./record.ts";
import type { NetworkSettings } from "./settings.ts";

/** Where networks are, and what is said of them. */
export interface NetworkPlace {
  readonly store: Store;
  readonly settings: NetworkSettings;
  /** `--network-config-dir`; absent: `networks` in the store. */
  readonly directory?: string | undefined;
  /** A line to stderr. */
  readonly warn: (line: string) => void;
}

const SUFFIX = ".json";

/** Absolute path. */
export function networksDirectory({ store, directory }: Pick<NetworkPlace, "store" | "directory">): string {
  return directory ?? join(store.root, "networks");
}

/** Held while a network is made, changed or removed: its subnet and bridge are free for it alone. */
export function lockNetworks({ store }: NetworkPlace): Promise<FileLock> {
  return acquireLock(join(store.locks, "networks.lock"));
}

/**
 * All networks by name, the default one among them. A file that is no network is passed over with a warning.
 */
export function listNetworks(place: NetworkPlace): NetworkRecord[] {
  const found = fileNames(networksDirectory(place))
    .filter((name) => name.endsWith(SUFFIX) && !name.startsWith("."))
    .map((name) => readOrWarn(place, name.slice(0, -SUFFIX.length)))
    .filter((record) => record !== undefined);
  const { defaultName } = place.settings;
  if (!found.some(({ name }) => name === defaultName)) found.push(defaultNetwork(place.settings));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fileNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

function readOrWarn(place: NetworkPlace, name: string): NetworkRecord | undefined {
  try {
    return readNetwork(place, name);
  } catch (error) {
    if (!(error instanceof TspodError) && !isSystemError(error)) throw error;
    place.warn(`Warning: the network file "${pathOf(place, name)}" is left out: ${messageChain(error)}`);
    return undefined;
  }
}

function pathOf(place: NetworkPlace, name: string): string {
  return join(networksDirectory(place), `${name}${SUFFIX}`);
}

function readNetwork(place: NetworkPlace, name: string): NetworkRecord | undefined {
  try {
    return parseNetworkRecord(readSmallText(pathOf(place, name)), name);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENAMETOOLONG")) return undefined;
    throw error;
  }
}

function readNamed(place: NetworkPlace, name: string): NetworkRecord | undefined {
  try {
    return readNetwork(place, name);
  } catch (cause) {
    if (!(cause instanceof TspodError) && !isSystemError(cause)) throw cause;
    throw new TspodError(`the network file "${pathOf(place, name)}" can't be used`, { cause });
  }
}

/** The network of that very name. @throws {TspodError} If its file can't be understood. */
export function getNetwork(place: NetworkPlace, name: string): NetworkRecord | undefined {
  if (name.includes("/")) return undefined;
  const found = readNamed(place, name);
  if (found !== undefined || name !== place.settings.defaultName) return found;
  return defaultNetwork(place.settings);
}

/**
 * By name, ID, or the unique beginning of an ID.
 * @throws {NotFoundError} `unable to find network with name or ID x: network not found`
 * @throws {TspodError} If several IDs begin so.
 */
export function findNetwork(place: NetworkPlace, nameOrId: string): NetworkRecord {
  const named = getNetwork(place, nameOrId);
  if (named !== undefined) return named;
  const [found, ...others] = /^[0-9a-f]+$/.test(nameOrId)
    ? listNetworks(place).filter(({ id }) => id.startsWith(nameOrId))
    : [];
  if (found === undefined)
    throw new NotFoundError(`unable to find network with name or ID ${nameOrId}: network not found`);
  if (others.length > 0)
    throw new TspodError(`more than one result for network ID ${nameOrId}: network is ambiguous`);
  return found;
}

/** The caller holds the lock. */
export function writeNetwork(place: NetworkPlace, record: NetworkRecord): void {
  mkdirSync(networksDirectory(place), { recursive: true, mode: 0o700 });
  writeFileAtomic(pathOf(place, record.name), formatNetwork(record), { mode: 0o644 });
}

/** The caller holds the lock. @throws {TspodError} If it is the default network. */
export function deleteNetwork(place: NetworkPlace, name: string): void {
  if (name === place.settings.defaultName) throw new TspodError(`default network ${name} cannot be removed`);
  try {
    unlinkSync(pathOf(place, name));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
