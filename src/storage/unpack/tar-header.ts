import { Header } from "tar/header";
import { TspodError } from "../../errors.ts";
import { type ByteString, untilNul } from "./byte-string.ts";

export const BLOCK = 512;

/** What a header block itself says; PAX records and GNU long names come on top. */
export interface TarHeader {
  /** The type flag as it stands: "0", "5", "x" …; NUL is given as "0". */
  readonly type: string;
  readonly name: ByteString;
  readonly linkName: ByteString;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
}

/**
 * Read one header block. Numbers and checksum are left to `tar`; names are read here, since `tar` decodes them as UTF-8
 * and would lose other bytes. Device numbers are not read at all: no device is ever made from a tar.
 * @returns undefined for a block of zeroes
 * @throws {TspodError} If the checksum does not fit.
 */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  const header = new Header(block, 0);
  if (!header.cksumValid) {
    if (header.nullBlock) return undefined;
    throw new TspodError("damaged tar: bad header checksum");
  }
  const flag = String.fromCharCode(block[156] ?? 0);
  return {
    type: flag === "\0" ? "0" : flag,
    name: withPrefix(block, untilNul(block, 0, 100)),
    linkName: untilNul(block, 157, 100),
    mode: (header.mode ?? 0) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    // `tar` says 0 for a directory whatever the field says, and so do we for all that has no body.
    size: header.size ?? 0,
    mtime: header.mtime === undefined ? 0 : Math.floor(header.mtime.getTime() / 1000),
  };
}

/** POSIX puts the front part of a long name at 345; GNU has other things there, and says so by its magic "ustar  ". */
function withPrefix(block: Buffer, name: ByteString): ByteString {
  if (block.toString("latin1", 257, 263) !== "ustar\0") return name;
  const prefix = untilNul(block, 345, 155);
  return prefix === "" ? name : `${prefix}/${name}`;
}
