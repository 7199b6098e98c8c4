import { linkSync, readdirSync, readFileSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { InUseError, NotFoundError, TspodError } from "../errors.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { hasCode } from "../os/system-error.ts";
import { randomHex } from "./random-hex.ts";
import { parseRecord } from "./record.ts";
import type { Store } from "./store.ts";
import { makeTmpDirectory } from "./tmp-directory.ts";

/** secrets/<name>.json, which only its owner may read. */
export interface SecretRecord {
  readonly schemaVersion: 1;
  /** 25 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly driver: "file";
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  /** When it replaced another of its name, likewise; absent: never. */
  readonly updated?: string;
  /** Base64. */
  readonly data: string;
}

const ID_LENGTH = 25;
const BYTES_MAX = 512000;
const NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$/;
const SUFFIX = ".json";

export interface NewSecret extends Pick<SecretRecord, "name" | "created" | "labels" | "driverOptions"> {
  readonly data: Buffer;
  /**
   * What happens to a secret of that name: it stays and is the result, or it is replaced. By default it is an
   * error.
   */
  readonly existing?: "keep" | "replace";
}

/**
 * Keep a secret. One that is replaced gets a new ID and keeps the time it was created.
 * @throws {InUseError} If there is one of that name.
 * @throws {TspodError} If it can't be called so, or is empty or too long.
 */
export function createSecret(store: Store, { name, data, existing, ...rest }: NewSecret): SecretRecord {
  if (!NAME.test(name)) {
    throw new TspodError(
      `only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]: ${name}: invalid secret name`,
    );
  }
  if (data.length === 0 || data.length >= BYTES_MAX)
    throw new TspodError("secret data must be larger than 0 and less than 512000 bytes");
  const before = existing === undefined ? undefined : readIfThere(store, name);
  if (before !== undefined && existing === "keep") return before;
  const id = randomHex(Math.ceil(ID_LENGTH / 2)).slice(0, ID_LENGTH);
  const record: SecretRecord = {
    schemaVersion: 1,
    id,
    name,
    driver: "file",
    ...rest,
    ...(before !== undefined && { created: before.created, updated: rest.created }),
    data: data.toString("base64"),
  };
  makeDirectories(store.secrets, 0o700);
  using work = makeTmpDirectory(store, "secret");
  const made = join(work.path, "secret");
  writeFileAtomic(made, `${JSON.stringify(record)}\n`);
  try {
    if (existing === "replace") renameSync(made, secretPath(store, name));
    else linkSync(made, secretPath(store, name)); // makes the file, or fails because it is there
  } catch (error) {
    const other = existing === "keep" ? readIfThere(store, name) : undefined;
    if (other !== undefined) return other;
    if (hasCode(error, "EEXIST")) throw new InUseError(`${name}: secret name in use`);
    throw error;
  }
  return record;
}

function secretPath(store: Store, name: string): string {
  return join(store.secrets, `${name}${SUFFIX}`);
}

/** All secrets, by their ids. */
export function listSecrets(store: Store): SecretRecord[] {
  return readNames(store)
    .flatMap((name) => readIfThere(store, name) ?? [])
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readNames(store: Store): string[] {
  try {
    const files = readdirSync(store.secrets).filter((file) => file.endsWith(SUFFIX));
    return files.map((file) => file.slice(0, -SUFFIX.length)).filter((name) => NAME.test(name));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return []; // the first makes the directory
    throw error;
  }
}

function readIfThere(store: Store, name: string): SecretRecord | undefined {
  const path = secretPath(store, name);
  try {
    return parseRecord<SecretRecord>(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * By name, ID, or unique prefix of an ID.
 * @throws {NotFoundError} `no secret with name or id "x": no such secret`
 * @throws {TspodError} If several IDs begin so.
 */
export function lookupSecret(store: Store, nameOrId: string): SecretRecord {
  const named = NAME.test(nameOrId) ? readIfThere(store, nameOrId) : undefined;
  if (named !== undefined) return named;
  const [found, ...others] = listSecrets(store).filter(({ id }) => id.startsWith(nameOrId));
  if (found === undefined || nameOrId === "")
    throw new NotFoundError(`no secret with name or id "${nameOrId}": no such secret`);
  if (others.length > 0)
    throw new TspodError(`more than one result secret with prefix ${nameOrId}: secret is ambiguous`);
  return found;
}

/** Removes a secret; does nothing if it is gone. Containers that were made with it keep what they have. */
export function removeSecret(store: Store, { name }: Pick<SecretRecord, "name">): void {
  try {
    unlinkSync(secretPath(store, name));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/** Whether their records can be read or not. */
export function removeAllSecrets(store: Store): void {
  for (const name of readNames(store)) removeSecret(store, { name });
}

/** The bytes of a secret. */
export function secretData({ data }: SecretRecord): Buffer {
  return Buffer.from(data, "base64");
}
