import { lstatSync, mkdirSync, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { hasOwnDirectories } from "../os/files/own-directories.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { hasCode } from "../os/system-error.ts";

export const SCHEMA_VERSION = 1;

/** The places of a store, as absolute paths. */
/** The event log of who wants none: what is written there is gone. */
export const NO_EVENTS = "/dev/null";

export interface Store {
  readonly root: string;
  /** An OCI image layout. */
  readonly images: string;
  readonly layers: string;
  readonly containers: string;
  readonly names: string;
  readonly volumes: string;
  /** Made with the first. */
  readonly secrets: string;
  /** Likewise. */
  readonly pods: string;
  /** Directory for what is being made, and for trash; on the same file system as everything else. */
  readonly tmp: string;
  /** Blobs whose download has not ended; kept so that it can go on. */
  readonly partial: string;
  readonly locks: string;
  /** A file, append-only. */
  readonly events: string;
  /** Bytes that the events may have before their older half goes; absent: 1000000. */
  readonly eventsMax?: number;
  /** Told once of each thing that can't be read, where the others can. */
  readonly warn: (line: string) => void;
  /** Nothing is ever written there: no lock, no sweep. */
  readonly isReadOnly?: true;
  /** Stores whose images can be found here too, opened when they are first asked for. Absent: none. */
  readonly others?: () => readonly Store[];
}

export interface OpenOptions {
  /** Make a damaged or missing store.json anew, where all else says that this is a store. */
  readonly repair?: boolean;
  /** Told what lists leave out since it is damaged, a line each. Default: nobody. */
  readonly warn?: (line: string) => void;
}

/**
 * The store at `root` (absolute). Where nothing is, or an empty directory, one is made; a directory of a
 * store that is missing is made again.
 * @throws {TspodError} If a newer tspod has written it, somebody else owns it, or what is there is no store.
 */
export function openStore(root: string, { repair = false, warn = () => undefined }: OpenOptions = {}): Store {
  const store = storeAt(root, warn);
  const version = readVersion(store, repair);
  if (version === undefined) return makeStore(store, repair);
  if (version > SCHEMA_VERSION) {
    throw new TspodError(
      `the store "${root}" was written by a newer tspod (schema ${version}, this one knows ${SCHEMA_VERSION}): use that one, or another --root`,
    );
  }
  makeMissing(store);
  return store;
}

/** The places of the store at `root`, there or not. */
export function storeAt(root: string, warn: (line: string) => void): Store {
  const told = new Set<string>();
  return {
    root,
    images: `${root}/images`,
    layers: `${root}/layers`,
    containers: `${root}/containers`,
    names: `${root}/names`,
    volumes: `${root}/volumes`,
    secrets: `${root}/secrets`,
    pods: `${root}/pods`,
    tmp: `${root}/tmp`,
    partial: `${root}/partial`,
    locks: `${root}/locks`,
    events: `${root}/events.jsonl`,
    warn(line) {
      if (!told.has(line)) warn(line);
      told.add(line);
    },
  };
}

/** The version file is written last, so where it is, all the directories are. */
function versionFile(root: string): string {
  return `${root}/store.json`;
}

/** undefined: there is no version file, or it is to be made anew. */
export function readVersion({ root }: Store, repair: boolean): number | undefined {
  let text: string;
  try {
    text = readFileSync(versionFile(root), "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw new TspodError(`opening the store "${root}"`, { cause: error });
  }
  const version = schemaVersionIn(text);
  if (version !== undefined || repair) return version;
  throw new TspodError(
    `"${versionFile(root)}" is damaged, it names no schemaVersion: use \`tspod system check --repair\``,
  );
}

function schemaVersionIn(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const named = typeof value === "object" && value !== null && "schemaVersion" in value;
    return named && isWhole(value.schemaVersion) ? value.schemaVersion : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function makeStore(store: Store, repair: boolean): Store {
  const { root } = store;
  try {
    makeDirectories(root, 0o700);
  } catch (error) {
    throw new TspodError(`making the store "${root}"`, { cause: error });
  }
  checkDirectory(root, statSync(root));
  checkMayBecomeStore(store, repair);
  makeMissing(store);
  writeFileAtomic(versionFile(root), `${JSON.stringify({ schemaVersion: SCHEMA_VERSION })}\n`);
  return store;
}

/**
 * Parents first. All are on one file system, since things are renamed from one to another. The names are
 * known here and not made of the store's paths: every call looks at them.
 */
const DIRECTORIES = [
  "images",
  "images/blobs",
  "images/blobs/sha256",
  "layers",
  "containers",
  "names",
  "volumes",
  "tmp",
  "partial",
  "locks",
  "locks/containers",
  "locks/layers",
];
/** Directories that a store may have besides; none of them is made here. */
const OTHERS = ["secrets", "pods", "places", "artifacts"];

function directoriesOf({ root }: Store): string[] {
  return DIRECTORIES.map((name) => `${root}/${name}`);
}

/**
 * @throws {TspodError} If one is no directory of the user's own: what a symlink leads to would be swept with
 * the store.
 */
function makeMissing(store: Store): void {
  if (hasOwnDirectories(store.root, [".", ...DIRECTORIES], OTHERS)) return;
  checkDirectory(store.root, statSync(store.root));
  for (const path of directoriesOf(store)) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) makeDirectory(path);
    else checkDirectory(path, found);
  }
  for (const name of OTHERS) {
    const path = `${store.root}/${name}`;
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined) checkDirectory(path, found);
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, "EEXIST"))
      throw new TspodError(`making the store's directory "${path}"`, { cause: error });
    checkDirectory(path, lstatSync(path)); // another call has just made it
  }
}

function checkDirectory(path: string, found: Stats): void {
  if (found.isSymbolicLink())
    throw new TspodError(
      `"${path}" is a symbolic link: what is in a store must be its own (link the whole store instead)`,
    );
  if (!found.isDirectory()) throw new TspodError(`"${path}" is in the way of the store: it is no directory`);
  if (found.uid !== process.geteuid?.())
    throw new TspodError(`the store's directory "${path}" belongs to another user (uid ${found.uid})`);
}

/** Stands in the root of a new file system. */
const LOST_AND_FOUND = "lost+found";

/**
 * Whoever mistypes --root must not lose what is there: commands sweep a store, and empty it.
 * @throws {TspodError} If there is anything that a call that was killed while it made this store can't have
 * left.
 */
function checkMayBecomeStore(store: Store, repair: boolean): void {
  const { root } = store;
  const names = readdirSync(root).filter((name) => name !== LOST_AND_FOUND);
  if (isUnfinished(store, names)) return;
  const lacksVersionOnly = directoriesOf(store).every((path) =>
    lstatSync(path, { throwIfNoEntry: false })?.isDirectory(),
  );
  // made by another call meanwhile
  if (lacksVersionOnly && (repair || readVersion(store, false) !== undefined)) return;
  throw new TspodError(
    lacksVersionOnly
      ? `"${versionFile(root)}" is missing: use \`tspod system check --repair\``
      : `"${root}" is no store, and not empty: give --root an empty directory, or one that is not there yet`,
  );
}

/**
 * Whether there are no more than empty directories of a store, and a version file that has not got its name.
 */
function isUnfinished(store: Store, names: readonly string[]): boolean {
  const own = new Set(directoriesOf(store));
  const isOwn = (path: string): boolean =>
    own.has(path) && isEmptyOr(path, (name) => isOwn(`${path}/${name}`));
  return names.every((name) => isOwn(`${store.root}/${name}`) || /^\.store\.json\.\d+\.tmp$/.test(name));
}

function isEmptyOr(path: string, isAllowed: (name: string) => boolean): boolean {
  return (
    (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) && readdirSync(path).every(isAllowed)
  );
}
