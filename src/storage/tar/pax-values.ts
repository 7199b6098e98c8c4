import { TspodError } from "../../errors.ts";
import type { ByteString } from "./byte-string.ts";
import { type PaxRecord, parsePaxTime } from "./pax.ts";
import type { TarEntry, Timestamp } from "./tar-entry.ts";
import { checkId } from "./tar-header.ts";

const NONE: TarEntry["xattrs"] = [];
const XATTR = "SCHILY.xattr.";

/** Extended attributes by name; of two records for one name the last counts. */
export function paxXattrs(pax: readonly PaxRecord[]): TarEntry["xattrs"] {
  if (pax.length === 0) return NONE;
  const found = new Map<string, Buffer>();
  for (const { key, value } of pax)
    if (key.startsWith(XATTR)) found.set(key.slice(XATTR.length), Buffer.from(value));
  return [...found].map(([name, value]) => ({ name, value }));
}

/** The last record of a key counts. An empty value means: as if there were none. */
export function paxText(pax: readonly PaxRecord[], key: string): ByteString | undefined {
  if (pax.length === 0) return undefined;
  const value = pax.findLast((record) => record.key === key)?.value.toString("latin1");
  return value === "" ? undefined : value;
}

/** @throws {TspodError} If it is no number of at most 15 digits. */
export function paxNumber(pax: readonly PaxRecord[], key: string): number | undefined {
  const text = paxText(pax, key);
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(text)) throw new TspodError(`damaged tar: bad ${key} in a PAX header`);
  return Number(text);
}

/** @throws {TspodError} If it is no number, or too large for an id. */
export function paxId(pax: readonly PaxRecord[], key: "uid" | "gid"): number | undefined {
  const number = paxNumber(pax, key);
  return number === undefined ? undefined : checkId(number);
}

/** @throws {TspodError} If it is no time. */
export function paxMtime(pax: readonly PaxRecord[]): Timestamp | undefined {
  const text = paxText(pax, "mtime");
  return text === undefined ? undefined : parsePaxTime(text);
}
