import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import { makeDirectories } from "../os/make-directories.ts";
import { writeFileAtomic } from "../os/write-file-atomic.ts";

const SCHEMA_VERSION = 1;

/** The places of a store, as absolute paths. */
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
  /** What is being made, and trash; on the same file system as everything else. */
  readonly tmp: string;
  /** Blobs whose download has not ended; kept so that it can go on. */
  readonly partial: string;
  readonly locks: string;
  /** A file, append-only. */
  readonly events: string;
}

/**
 * The store at `root` (absolute), made where it is missing.
 * @throws {TspodError} If a newer tspod has written it, or somebody else owns it.
 */
export function openStore(root: string): Store {
  const store = storeAt(root);
  const version = readVersion(root);
  if (version === undefined) return makeStore(store);
  if (version > SCHEMA_VERSION) {
    throw new TspodError(
      `the store "${root}" was written by a newer tspod (schema ${version}, this one knows ${SCHEMA_VERSION}): use that one, or another --root`,
    );
  }
  return store;
}

function storeAt(root: string): Store {
  return {
    root,
    images: join(root, "images"),
    layers: join(root, "layers"),
    containers: join(root, "containers"),
    names: join(root, "names"),
    volumes: join(root, "volumes"),
    secrets: join(root, "secrets"),
    tmp: join(root, "tmp"),
    partial: join(root, "partial"),
    locks: join(root, "locks"),
    events: join(root, "events.jsonl"),
  };
}

/** The version file is written last, so where it is, all the directories are. */
function versionFile(root: string): string {
  return join(root, "store.json");
}

function readVersion(root: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(versionFile(root), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new TspodError(`opening the store "${root}"`, { cause: error });
  }
  const version = schemaVersionIn(text);
  if (version === undefined)
    throw new TspodError(`"${versionFile(root)}" is damaged: it names no schemaVersion`);
  return version;
}

function schemaVersionIn(text: string): number | undefined {
  try {
    const version: unknown = JSON.parse(text)?.schemaVersion;
    return typeof version === "number" ? version : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function makeStore(store: Store): Store {
  const { root, images, layers, containers, names, volumes, tmp, partial, locks } = store;
  try {
    makeDirectories(root, 0o700);
  } catch (error) {
    throw new TspodError(`making the store "${root}"`, { cause: error });
  }
  const owner = statSync(root).uid;
  if (owner !== process.geteuid?.())
    throw new TspodError(`the store "${root}" belongs to another user (uid ${owner})`);
  const blobs = join(images, "blobs", "sha256");
  for (const path of [
    blobs,
    layers,
    containers,
    names,
    volumes,
    tmp,
    partial,
    locks,
    join(locks, "containers"),
    join(locks, "layers"),
  ]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  writeFileAtomic(versionFile(root), `${JSON.stringify({ schemaVersion: SCHEMA_VERSION })}\n`);
  return store;
}
