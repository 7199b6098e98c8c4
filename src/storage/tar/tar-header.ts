import { TspodError } from "../../errors.ts";
import { type ByteString, untilNul } from "./byte-string.ts";

export const BLOCK = 512;

/** Bytes that a body of that size takes, with what fills its last block. */
export function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Where a field is in a header, and its bytes. */
export interface HeaderField {
  readonly at: number;
  readonly length: number;
}

const MODE = { at: 100, length: 8 };
const UID = { at: 108, length: 8 };
const GID = { at: 116, length: 8 };
const MTIME = { at: 136, length: 12 };
const CHECKSUM = { at: 148, length: 8 };
const SIZE = 124;

/** The content of a header block; PAX records and GNU long names come on top. */
export interface TarHeader {
  /** The type flag as it stands: "0", "5", "x" …; NUL is what a file was before POSIX. */
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
 * Read one header block. Device numbers are not read at all: no device is ever made from a tar. Numbers and
 * checksum are read here, byte by byte: with the header parser of the package `tar` they took a tenth of a
 * pull's time.
 * @returns undefined for a block of zeroes
 * @throws {TspodError} If the checksum does not fit, or a number is none.
 */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  if (!hasChecksum(block)) return undefined;
  return {
    type: String.fromCharCode(block[156] ?? 0),
    name: withPrefix(block, untilNul(block, 0, 100)),
    linkName: untilNul(block, 157, 100),
    mode: headerNumber(block, MODE) & 0o7777,
    uid: checkId(headerNumber(block, UID)),
    gid: checkId(headerNumber(block, GID)),
    size: tarNumber(block, SIZE),
    mtime: headerNumber(block, MTIME),
  };
}

/**
 * The sum of all bytes, its own counted as spaces.
 * @returns false for a block of zeroes, which has none
 * @throws {TspodError} If it is another one.
 */
function hasChecksum(block: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < CHECKSUM.at; at++) sum += block[at] ?? 0;
  for (let at = CHECKSUM.at + CHECKSUM.length; at < BLOCK; at++) sum += block[at] ?? 0;
  const said = octal(block, CHECKSUM);
  if (sum === 0 && said === 0) return false;
  if (said !== sum + SPACE * CHECKSUM.length) throw new TspodError("damaged tar: bad header checksum");
  return true;
}

/** A user or group: chown(2) takes the highest number for "leave it". @throws {TspodError} If it is none. */
export function checkId(number: number): number {
  if (number < 0 || number >= 0xffffffff) throw new TspodError(`damaged tar: ${number} is no user or group`);
  return number;
}

/**
 * A number of 12 bytes in a header or sparse map.
 * @throws {TspodError} If it is none, negative, or more than a number can hold.
 */
export function tarNumber(block: Buffer, at: number): number {
  const value = headerNumber(block, { at, length: 12 });
  if (value < 0) throw badNumber();
  return value;
}

/**
 * A field as it stands: octal, or base 256 where the top bit is set; nothing is 0.
 * @throws {TspodError} If it is no number, or more than a number can hold.
 */
export function headerNumber(block: Buffer, field: HeaderField): number {
  const value = ((block[field.at] ?? 0) & 0x80) === 0 ? octal(block, field) : base256(block, field);
  if (!Number.isSafeInteger(value)) throw badNumber();
  return value;
}

function badNumber(): TspodError {
  return new TspodError("damaged tar: bad number in a header");
}

const SPACE = 0x20;
const ZERO = 0x30;

/**
 * Reads octal digits, with spaces before and behind. What comes behind a NUL doesn't count, as in a name. NaN
 * for anything else.
 */
function octal(block: Buffer, { at, length }: HeaderField): number {
  let next = at;
  const end = at + length;
  while (next < end && block[next] === SPACE) next++;
  let value = 0;
  for (; next < end; next++) {
    const digit = (block[next] ?? 0) - ZERO;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  while (next < end && block[next] === SPACE) next++;
  return next === end || block[next] === 0 ? value : Number.NaN;
}

/** The first byte says only whether it is negative. */
function base256(block: Buffer, { at, length }: HeaderField): number {
  const first = block[at];
  if (first !== 0x80 && first !== 0xff) return Number.NaN;
  let value = first === 0xff ? -1 : 0;
  for (let next = at + 1; next < at + length; next++) value = value * 256 + (block[next] ?? 0);
  return value;
}

/**
 * POSIX puts the front part of a long name at 345; GNU has other things there, and says so by its magic
 * "ustar  ".
 */
function withPrefix(block: Buffer, name: ByteString): ByteString {
  const isPosix = block.readUInt32BE(257) === 0x75737461 && block.readUInt16BE(261) === 0x7200; // "ustar\0"
  const prefix = isPosix ? untilNul(block, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}
