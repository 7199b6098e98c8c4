import type { ByteString } from "./byte-string.ts";
import { BLOCK } from "./tar-header.ts";

/** The header of one entry of a tar that we write. */
export interface WrittenEntry {
  readonly name: ByteString;
  readonly type: "file" | "directory" | "symlink" | "link" | "fifo" | "character" | "block";
  /** Permission bits with setuid, setgid, sticky. */
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Bytes of the body that follows; 0 for all but files. */
  readonly size?: number;
  /** Whole seconds since the epoch, as Podman and Docker have it in layers; may be negative. */
  readonly mtime?: number;
  /** Target of a symlink or hard link. */
  readonly linkName?: ByteString;
  readonly device?: { readonly major: number; readonly minor: number };
  readonly xattrs?: readonly { readonly name: string; readonly value: Buffer }[];
}

const TYPE_FLAGS = {
  file: "0",
  link: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
} as const;

const NAME_MAX = 100;
const ID_MAX = 0o7777777;
const SIZE_MAX = 0o77777777777;

/**
 * The blocks before a body: a ustar header, after a PAX header where that can't say it all. The same entry
 * gives the same bytes, always: layers are named by them.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function tarHeader(entry: WrittenEntry): Buffer {
  const records = paxRecords(entry);
  if (records.length === 0) return headerBlock(entry);
  const body = Buffer.concat(records);
  const pax: WrittenEntry = { name: "PaxHeaders.0", type: "file", mode: 0o644, size: body.length };
  return Buffer.concat([headerBlock(pax, "x"), body, tarPadding(body.length), headerBlock(entry)]);
}

/** The padding behind a body, up to a whole block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc(-size & (BLOCK - 1));
}

/** The end of a tar. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** Records that the header has no room for, sorted by key. */
function paxRecords(entry: WrittenEntry): Buffer[] {
  const { name, linkName = "", uid = 0, gid = 0, size = 0, mtime = 0, xattrs = [] } = entry;
  const records: [key: string, value: Buffer][] = [];
  const bytes = (text: string) => Buffer.from(text, "latin1");
  if (gid > ID_MAX) records.push(["gid", bytes(String(gid))]);
  if (!fits(linkName)) records.push(["linkpath", bytes(linkName)]);
  if (mtime < 0 || mtime > SIZE_MAX) records.push(["mtime", bytes(String(mtime))]);
  if (!fits(name)) records.push(["path", bytes(name)]);
  for (const xattr of xattrs) records.push([`SCHILY.xattr.${xattr.name}`, xattr.value]);
  if (size > SIZE_MAX) records.push(["size", bytes(String(size))]);
  if (uid > ID_MAX) records.push(["uid", bytes(String(uid))]);
  return records.sort(([a], [b]) => (a < b ? -1 : 1)).map(paxRecord);
}

/** ASCII only: what other bytes mean there, readers don't agree on. */
function fits(name: ByteString): boolean {
  return name.length <= NAME_MAX && /^[\x20-\x7e]*$/.test(name);
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts its own digits. */
function paxRecord([key, value]: [key: string, value: Buffer]): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function headerBlock(entry: WrittenEntry, flag: string = TYPE_FLAGS[entry.type]): Buffer {
  const { name, linkName = "", uid = 0, gid = 0, size = 0, mtime = 0, device } = entry;
  const block = Buffer.alloc(BLOCK);
  block.write(name.slice(0, NAME_MAX), 0, "latin1");
  block.write(octal(entry.mode, 8), 100);
  block.write(octal(uid > ID_MAX ? 0 : uid, 8), 108);
  block.write(octal(gid > ID_MAX ? 0 : gid, 8), 116);
  block.write(octal(size > SIZE_MAX ? 0 : size, 12), 124);
  block.write(octal(mtime < 0 || mtime > SIZE_MAX ? 0 : mtime, 12), 136);
  block.write("        ", 148); // the checksum is made with blanks in its place
  block.write(flag, 156);
  block.write(linkName.slice(0, NAME_MAX), 157, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(octal(device?.major ?? 0, 8), 329);
  block.write(octal(device?.minor ?? 0, 8), 337);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${octal(sum, 7)} `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}
