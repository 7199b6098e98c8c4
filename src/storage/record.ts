import { DamagedError, messageChain, TspodError } from "../errors.ts";
import { anything, checkShape, members, oneOf, type Shape } from "../oci/shape.ts";
import { readSmallTextIfThere } from "../os/files/read-small-file.ts";
import { hasCode } from "../os/system-error.ts";

const SCHEMA_VERSION = 1;

interface Versioned {
  readonly schemaVersion: 1;
}

/** Of a record whose writer is asked for no more than its version: it is gone with the next start. */
const anyRecord = members<{ schemaVersion: unknown }>({ schemaVersion: anything });
const versioned = members({ schemaVersion: oneOf(SCHEMA_VERSION) });

/**
 * One of our own records. undefined where there is none.
 * @throws {DamagedError} If what is there can't be read as one.
 * @throws {TspodError} If a newer tspod has written it.
 */
export function readRecord<T extends Versioned>(path: string, shape: Shape<T>): T | undefined {
  const text = readIfThere(path);
  return text === undefined ? undefined : parseRecord(text, path, shape);
}

/** The system's errors that say something about this file; one like EMFILE says nothing about it. */
const OF_THE_FILE = ["EACCES", "EPERM", "EISDIR", "ENOTDIR", "ELOOP", "ENXIO"];

function readIfThere(path: string): string | undefined {
  try {
    return readSmallTextIfThere(path);
  } catch (cause) {
    if (hasCode(cause, "ENAMETOOLONG")) return undefined;
    if (cause instanceof TspodError || hasCode(cause, ...OF_THE_FILE)) throw damaged(path, cause);
    throw cause;
  }
}

/**
 * One of our own records, out of its file's text.
 * @throws {TspodError} If a newer tspod has written it, or it is damaged.
 */
export function parseRecord<T extends Versioned>(
  text: string,
  path: string,
  shape: Shape<T> = anyRecord as unknown as Shape<T>,
): T {
  const value = parseJson(text, path);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new TspodError(
      `"${path}" was written by a newer tspod (schema ${version}, this one knows ${SCHEMA_VERSION})`,
    );
  }
  try {
    checkShape(versioned, value, "record");
    return checkShape(shape, value, "record");
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, new TspodError("it is not JSON"));
  }
}

function damaged(path: string, cause: unknown): DamagedError {
  return new DamagedError(`"${path}" is damaged (use \`tspod system check --repair\`)`, { cause });
}

/**
 * Each record of a list, and a warning for those that can't be read: one must not keep the others from being
 * seen, or removed.
 */
export function readable<T, N = string>(
  names: readonly N[],
  read: (name: N) => T | undefined,
  warn: (line: string) => void,
): T[] {
  return names.flatMap((name) => {
    try {
      return read(name) ?? [];
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      warn(messageChain(error));
      return [];
    }
  });
}
