import { linkSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DamagedError, InUseError, NotFoundError, TspodError } from "../errors.ts";
import { map, members, oneOf, type Shape, text, textThat } from "../oci/shape.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { hasCode } from "../os/system-error.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import { appendEvent, type StoreEvent } from "../storage/events.ts";
import { randomHex } from "../storage/random-hex.ts";
import { readable, readRecord } from "../storage/record.ts";
import type { Store } from "../storage/store.ts";
import { makeTmpDirectory } from "../storage/tmp-directory.ts";
import { removeTree } from "../storage/tree/remove-tree.ts";

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
/** What a secret may hold. */
export const SECRET_BYTES_MAX = 511_999;
const SUFFIX = ".json";
const NAME_BYTES_MAX = 253;
/** A secret is a file of its name. */
const FILE_NAME_BYTES_MAX = 255 - SUFFIX.length;

export interface NewSecret extends Pick<SecretRecord, "name" | "created" | "labels" | "driverOptions"> {
  /** undefined: more than SECRET_BYTES_MAX. */
  readonly data: Buffer | undefined;
  /**
   * What happens to a secret of that name: it stays and is the result, or it is replaced. By default it is an
   * error.
   */
  readonly existing?: "keep" | "replace";
}

/**
 * Keep a secret, with its event. One that is replaced gets a new ID and keeps the time it was created.
 * @throws {InUseError} If there is one of that name.
 * @throws {TspodError} If it can't be called so, or is empty or too long.
 */
export function createSecret(store: Store, { name, data, existing, ...rest }: NewSecret): SecretRecord {
  const problem = problemOf(name);
  if (problem !== undefined) throw new TspodError(problem);
  if (data === undefined || data.length === 0)
    throw new TspodError("secret data must be larger than 0 and less than 512000 bytes");
  const before = existing === undefined ? undefined : readSecret(store, name);
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
    const other = existing === "keep" ? readSecret(store, name) : undefined;
    if (other !== undefined) return other;
    if (hasCode(error, "EEXIST")) throw new InUseError(`${name}: secret name in use`);
    throw error;
  }
  appendEvent(store, secretEvent("create", id));
  return record;
}

/** Why a secret can't be called so, by Podman's rule and by that of a file's name; undefined: it can. */
function problemOf(name: string): string | undefined {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > NAME_BYTES_MAX || /[=/,\0]/.test(name))
    return `secret name "${name}" can not include '=', '/', ',', or the '\\0' (NULL) and be between 1 and ${NAME_BYTES_MAX} characters: invalid secret name`;
  if (name === "." || name === "..")
    return `secret name "${name}" is the name of a directory: invalid secret name`;
  return bytes > FILE_NAME_BYTES_MAX
    ? `secret name "${name}" has ${bytes} bytes, and a file's name takes ${FILE_NAME_BYTES_MAX} of them: invalid secret name`
    : undefined;
}

function isName(name: string): boolean {
  return problemOf(name) === undefined;
}

/** As Podman has it: the ID alone. */
function secretEvent(status: "create" | "remove", id: string): StoreEvent {
  return { ID: id, Status: status, Time: nowRfc3339Nano(), Type: "secret" };
}

/** Absolute path of a secret, there or not. */
export function secretPath(store: Store, name: string): string {
  return join(store.secrets, `${name}${SUFFIX}`);
}

/** All secrets, by their ids. */
export function listSecrets(store: Store): SecretRecord[] {
  return readable(secretNames(store), (name) => readSecret(store, name), store.warn).sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
}

/** Names of all secrets, whether their records can be read or not. */
export function secretNames(store: Store): string[] {
  try {
    const files = readdirSync(store.secrets).filter((file) => file.endsWith(SUFFIX));
    return files.map((file) => file.slice(0, -SUFFIX.length)).filter(isName);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return []; // the first makes the directory
    throw error;
  }
}

/** The secret of that very name. @throws {DamagedError} If it can't be read. */
export function readSecret(store: Store, name: string): SecretRecord | undefined {
  return readRecord(secretPath(store, name), secretShape(name));
}

function secretShape(name: string): Shape<SecretRecord> {
  return members(
    {
      schemaVersion: oneOf(1),
      id: textThat((id): id is string => /^[0-9a-f]{25}$/.test(id), "25 hex digits"),
      name: oneOf(name),
      driver: oneOf("file"),
      driverOptions: map(text),
      labels: map(text),
      created: text,
      data: text,
    },
    { updated: text },
  );
}

/**
 * By name, ID, or unique prefix of an ID.
 * @throws {NotFoundError} `no secret with name or id "x": no such secret`
 * @throws {TspodError} If several IDs begin so.
 */
export function lookupSecret(store: Store, nameOrId: string): SecretRecord {
  const named = isName(nameOrId) ? readSecret(store, nameOrId) : undefined;
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
  removeTree(secretPath(store, name)); // what is damaged may be a directory
}

/** Whether their records can be read or not. */
export function removeAllSecrets(store: Store): void {
  for (const name of secretNames(store)) removeSecret(store, { name });
}

/** The bytes of a secret. */
export function secretData({ data }: SecretRecord): Buffer {
  return Buffer.from(data, "base64");
}

/**
 * Remove a secret, with its event. One whose record is damaged goes by its name alone, without.
 * @returns its ID, or the name where the ID can't be read
 * @throws {NotFoundError} If there is none.
 */
export function removeSecretNamed(store: Store, name: string): string {
  try {
    const secret = lookupSecret(store, name);
    removeSecret(store, secret);
    appendEvent(store, secretEvent("remove", secret.id));
    return secret.id;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    removeSecret(store, { name });
    return name;
  }
}
