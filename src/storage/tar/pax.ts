import { TspodError } from "../../errors.ts";
import { NEWLINE } from "../../os/newline.ts";

/** One record of an extended header, its value as the bytes it is: xattrs are binary. */
export interface PaxRecord {
  readonly key: string;
  readonly value: Buffer;
}

const SPACE = 0x20;
const EQUALS = 0x3d;

/**
 * The records of a PAX header, in order: GNU.sparse.offset stands several times. Each is "LENGTH
 * KEY=VALUE\n"; the length counts, so a value may hold newlines.
 * @throws {TspodError} If a record is damaged.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 */
export function parsePax(body: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  let start = 0;
  while (start < body.length && body[start] !== 0) {
    const space = body.indexOf(SPACE, start);
    const digits = body.toString("latin1", start, Math.max(space, start));
    const end = start + Number(digits);
    const equals = body.indexOf(EQUALS, space);
    if (
      !/^[0-9]{1,10}$/.test(digits) ||
      end > body.length ||
      equals === -1 ||
      equals >= end ||
      body[end - 1] !== NEWLINE
    ) {
      throw new TspodError("damaged PAX header");
    }
    records.push({
      key: body.toString("utf8", space + 1, equals),
      value: body.subarray(equals + 1, end - 1),
    });
    start = end;
  }
  return records;
}

/** A time of a PAX header: decimal seconds, perhaps negative, with any number of digits after the point. */
export function parsePaxTime(text: string): { seconds: number; nanoseconds: number } | undefined {
  const match = /^(-?)([0-9]{1,15})(?:\.([0-9]*))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ""] = match;
  const seconds = Number(whole);
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (sign !== "-") return { seconds, nanoseconds };
  return nanoseconds === 0
    ? { seconds: 0 - seconds, nanoseconds }
    : { seconds: -seconds - 1, nanoseconds: 1e9 - nanoseconds };
}
