import { TspodError } from "../../errors.ts";
import type { PaxRecord } from "./pax.ts";
import { BLOCK, tarNumber } from "./tar-header.ts";

/** A run of data in a sparse file; what lies between is a hole. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

/** Far above what any real file has; a hostile map must not fill the memory. */
const SEGMENTS_MAX = 1_000_000;

/** The entries of an old GNU sparse map: `count` pairs of 12-byte octal numbers from `start`. */
export function readOldGnuSegments(block: Buffer, start: number, count: number): Segment[] {
  const segments: Segment[] = [];
  for (let at = start; at < start + count * 24; at += 24) {
    if (block[at] === 0) break;
    segments.push({ offset: tarNumber(block, at), length: tarNumber(block, at + 12) });
  }
  return segments;
}

/**
 * Segments out of PAX records of format 0.0 (one record a number) or 0.1 (one list). Undefined: the file is
 * not sparse so.
 */
export function paxSegments(records: readonly PaxRecord[]): Segment[] | undefined {
  const numbers: number[] = [];
  for (const { key, value } of records) {
    if (key === "GNU.sparse.map") numbers.push(...value.toString("latin1").split(",").map(decimal));
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes")
      numbers.push(decimal(value.toString("latin1")));
  }
  return numbers.length === 0 ? undefined : pairUp(numbers);
}

/**
 * The map of format 1.0, which stands before the data in decimal lines and is padded to whole blocks.
 * @param body the first blocks of the body
 * @returns undefined where the map goes on after them
 */
export function bodySegments(body: Buffer): { segments: Segment[]; length: number } | undefined {
  const numbers: number[] = [];
  let start = 0;
  let wanted = 1;
  while (numbers.length < wanted) {
    const end = body.indexOf("\n", start);
    if (end === -1) return undefined;
    const number = decimal(body.toString("latin1", start, end));
    if (numbers.length === 0) wanted = 1 + number * 2;
    if (wanted > SEGMENTS_MAX * 2) throw new TspodError("damaged tar: sparse map too long");
    numbers.push(number);
    start = end + 1;
  }
  return { segments: pairUp(numbers.slice(1)), length: Math.ceil(start / BLOCK) * BLOCK };
}

function decimal(text: string): number {
  if (!/^[0-9]{1,16}$/.test(text)) throw new TspodError("damaged tar: bad sparse map");
  return Number(text);
}

function pairUp(numbers: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2)
    segments.push({ offset: numbers[i] ?? 0, length: numbers[i + 1] ?? 0 });
  return segments;
}

/**
 * @throws {TspodError} If segments overlap, go backwards, reach past the file's end, or need other than
 * `stored` bytes.
 */
export function checkSegments(segments: readonly Segment[], fileSize: number, stored: number): void {
  let end = 0;
  let sum = 0;
  for (const { offset, length } of segments) {
    if (offset < end) throw new TspodError("damaged tar: sparse map is not in order");
    end = offset + length;
    sum += length;
  }
  if (end > fileSize || sum !== stored) throw new TspodError("damaged tar: sparse map does not fit its file");
}
