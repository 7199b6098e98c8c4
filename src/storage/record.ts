import { TspodError } from "../errors.ts";

const SCHEMA_VERSION = 1;

/**
 * One of our own records, out of its file's text.
 * @throws {TspodError} If a newer tspod has written it, or it is damaged.
 */
export function parseRecord<T extends { readonly schemaVersion: 1 }>(text: string, path: string): T {
  let value: { schemaVersion?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TspodError(`"${path}" is damaged`, { cause });
  }
  const version = value?.schemaVersion;
  if (version === SCHEMA_VERSION) return value as T;
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new TspodError(
      `"${path}" was written by a newer tspod (schema ${version}, this one knows ${SCHEMA_VERSION})`,
    );
  }
  throw new TspodError(`"${path}" is damaged: it names no schemaVersion`);
}
