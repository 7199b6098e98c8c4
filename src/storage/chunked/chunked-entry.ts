import type { ByteString } from "../tar/byte-string.ts";
import { untilNul } from "../tar/byte-string.ts";
import { type PaxRecord, parsePaxTime } from "../tar/pax.ts";
import { paxId, paxMtime, paxNumber, paxText, paxXattrs } from "../tar/pax-values.ts";
import { linkNameOf, nameOf, type Prelude } from "../tar/put-together.ts";
import type { Timestamp } from "../tar/tar-entry.ts";
import { type HeaderField, headerNumber, type TarHeader } from "../tar/tar-header.ts";

const MODE = { at: 100, length: 8 };
const DEVICE = { major: { at: 329, length: 8 }, minor: { at: 337, length: 8 } };
/** Where GNU's header has what in POSIX's is the front part of the name. */
const GNU_TIMES = { accesstime: { at: 345, length: 12 }, changetime: { at: 357, length: 12 } };
const POSIX_MAGIC = "ustar\0";
const GNU_MAGIC = "ustar ";

/** Years have four digits from the first to before the second, in seconds from 1970. */
const [YEAR_0, YEAR_10000] = [Date.parse("0000-01-01") / 1000, Date.UTC(10_000) / 1000];

const TYPES: Readonly<Record<string, string>> = {
  "0": "reg",
  "\0": "reg",
  "1": "hardlink",
  "2": "symlink",
  "3": "char",
  "4": "block",
  "5": "dir",
  "6": "fifo",
};

/**
 * A file in the table of contents, without where its content is: what Go's archive/tar reads in its headers,
 * to the letter, since whoever fetches by the table compares the two.
 */
export interface ChunkedEntry {
  readonly type: string;
  readonly name: string;
  readonly linkName?: string;
  readonly mode?: number;
  /** Bytes of its content. */
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** RFC 3339, as the others. */
  readonly modtime?: string;
  readonly accesstime?: string;
  readonly changetime?: string;
  readonly devMajor?: number;
  readonly devMinor?: number;
  /** Base 64. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** The headers of one entry: its own, and those that stand before it. */
export interface EntryHeaders extends Prelude {
  readonly header: TarHeader;
  /** Its bytes. */
  readonly block: Buffer;
}

/**
 * @returns undefined for what the table has no words for: sparse files, types of other systems, names that
 * are no UTF-8, times after the year 9999 or before 0
 * @throws {TspodError} If a header is damaged.
 */
export function chunkedEntry(headers: EntryHeaders): ChunkedEntry | undefined {
  const { header, block, pax } = headers;
  const [name, linkName] = [asText(nameOf(header, headers)), asText(linkNameOf(header, headers))];
  const type = header.type === "\0" && name?.endsWith("/") ? "dir" : TYPES[header.type];
  if (type === undefined || name === undefined || linkName === undefined) return undefined;
  if (pax.some(({ key }) => key.startsWith("GNU.sparse."))) return undefined;
  const magic = block.toString("latin1", 257, 263);
  const hasDevice = magic === POSIX_MAGIC || magic === GNU_MAGIC;
  const numbers = {
    mode: headerNumber(block, MODE),
    size: type === "reg" ? (paxNumber(pax, "size") ?? header.size) : 0,
    uid: paxId(pax, "uid") ?? header.uid,
    gid: paxId(pax, "gid") ?? header.gid,
    devMajor: hasDevice ? headerNumber(block, DEVICE.major) : 0,
    devMinor: hasDevice ? headerNumber(block, DEVICE.minor) : 0,
  };
  const shownTimes = times(headers, magic === GNU_MAGIC);
  if (shownTimes === undefined) return undefined;
  const xattrs = paxXattrs(pax).map((xattr) => [xattr.name, xattr.value.toString("base64")] as const);
  return {
    type,
    name,
    ...(linkName !== "" && { linkName }),
    ...Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== 0)),
    ...shownTimes,
    ...(xattrs.length > 0 && { xattrs: Object.fromEntries(xattrs) }),
  };
}

/** @returns undefined where RFC 3339 has no words for one: before the year 0, or after 9999 */
function times(
  { header, block, pax }: EntryHeaders,
  isGnu: boolean,
): Pick<ChunkedEntry, "modtime" | "accesstime" | "changetime"> | undefined {
  const modtime = paxMtime(pax) ?? { seconds: header.mtime, nanoseconds: 0 };
  const accesstime = paxTime(pax, "atime") ?? (isGnu ? gnuTime(block, GNU_TIMES.accesstime) : undefined);
  const changetime = paxTime(pax, "ctime") ?? (isGnu ? gnuTime(block, GNU_TIMES.changetime) : undefined);
  for (const time of [modtime, accesstime, changetime])
    if (time !== undefined && (time.seconds < YEAR_0 || time.seconds >= YEAR_10000)) return undefined;
  return {
    modtime: rfc3339(modtime),
    ...(accesstime && { accesstime: rfc3339(accesstime) }),
    ...(changetime && { changetime: rfc3339(changetime) }),
  };
}

function paxTime(pax: readonly PaxRecord[], key: "atime" | "ctime"): Timestamp | undefined {
  const text = paxText(pax, key);
  return text === undefined ? undefined : parsePaxTime(text);
}

function gnuTime(block: Buffer, field: HeaderField): Timestamp | undefined {
  if (untilNul(block, field.at, 1) === "") return undefined;
  return { seconds: headerNumber(block, field), nanoseconds: 0 };
}

function rfc3339({ seconds, nanoseconds }: Timestamp): string {
  const whole = new Date(seconds * 1000).toISOString().replace(/\.000Z$/, "");
  const fraction = String(nanoseconds).padStart(9, "0").replace(/0+$/, "");
  return `${whole}${fraction === "" ? "" : `.${fraction}`}Z`;
}

/** Undefined where the bytes are no UTF-8: JSON has no others. */
function asText(bytes: ByteString): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}
