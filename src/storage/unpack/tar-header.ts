import { Header } from "tar/header";
import { TspodError } from "../../errors.ts";
import { type ByteString, untilNul } from "./byte-string.ts";

export const BLOCK = 512;
/** Where in a header the size of the body is. */
const SIZE = 124;

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
 * Read one header block. Checksum and most numbers are left to `tar`; names are read here, since `tar` decodes them as UTF-8
 * and would lose other bytes, and so is the size: `tar` says 0 where the name ends in a slash, as a long one may that is cut
 * there. Device numbers are not read at all: no device is ever made from a tar.
 * @returns undefined for a block of zeroes
 * @throws {TspodError} If the checksum does not fit, or the size is no number.
 */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  const header = decode(block);
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
    uid: checkId(header.uid ?? 0),
    gid: checkId(header.gid ?? 0),
    size: tarNumber(block, SIZE),
    mtime: header.mtime === undefined ? 0 : Math.floor(header.mtime.getTime() / 1000) || 0, // no time is NaN there
  };
}

/** `tar` throws errors of its own for numbers that are none. */
function decode(block: Buffer): Header {
  try {
    return new Header(block, 0);
  } catch (cause) {
    throw new TspodError("damaged tar: bad number in a header", { cause });
  }
}

/** A user or group: chown(2) takes the highest number for "leave it". @throws {TspodError} If it is none. */
export function checkId(number: number): number {
  if (number < 0 || number >= 0xffffffff) throw new TspodError(`damaged tar: ${number} is no user or group`);
  return number;
}

/**
 * A number of 12 bytes in a header or sparse map: octal, or base 256 where the top bit is set; nothing is 0.
 * @throws {TspodError} If it is neither, negative, or more than a number can hold.
 */
export function tarNumber(block: Buffer, at: number): number {
  const value =
    ((block[at] ?? 0) & 0x80) === 0 ? octal(block.toString("latin1", at, at + 12)) : base256(block, at);
  if (!Number.isSafeInteger(value)) throw new TspodError("damaged tar: bad number in a header");
  return value;
}

function octal(field: string): number {
  const text = field.replace(/\0.*$/s, "").trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : Number.NaN;
}

/** The four bytes before the last eight hold the mark, and nothing of a number that we can use. */
function base256(block: Buffer, at: number): number {
  return block.readUInt32BE(at) === 0x80000000 ? Number(block.readBigUInt64BE(at + 4)) : Number.NaN;
}

/** POSIX puts the front part of a long name at 345; GNU has other things there, and says so by its magic "ustar  ". */
function withPrefix(block: Buffer, name: ByteString): ByteString {
  if (block.toString("latin1", 257, 263) !== "ustar\0") return name;
  const prefix = untilNul(block, 345, 155);
  return prefix === "" ? name : `${prefix}/${name}`;
}
