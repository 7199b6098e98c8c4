import { NEWLINE } from "../../os/newline.ts";
import type { LogRecord } from "./log-record.ts";

const EQUALS = 0x3d;
const SIZE_BYTES = 8;
/** The end of the year 9999, in microseconds: later ones have no RFC 3339. */
const LATEST = 253_402_300_799_000_000;

/** An entry of the journal: its fields by name. */
export type JournalEntry = ReadonlyMap<string, Buffer>;

/**
 * The whole entries in the journal's export format: fields `NAME=TEXT`, or `NAME`, 64 bits of size, bytes; an
 * entry ends with an empty line.
 * @returns also the begin of an entry whose end is not there yet
 * @see https://systemd.io/JOURNAL_EXPORT_FORMATS/
 */
export function parseJournal(bytes: Buffer): { entries: Map<string, Buffer>[]; left: Buffer } {
  const entries: Map<string, Buffer>[] = [];
  let entry = new Map<string, Buffer>();
  let whole = 0;
  for (let at = 0; at < bytes.length; ) {
    const field = fieldAt(bytes, at);
    if (field === undefined) break;
    at = field.next;
    if (field.name !== "") {
      entry.set(field.name, field.value);
      continue;
    }
    if (entry.size > 0) entries.push(entry);
    entry = new Map();
    whole = at;
  }
  return { entries, left: bytes.subarray(whole) };
}

interface Field {
  /** Empty: no field, the end of the entry. */
  readonly name: string;
  readonly value: Buffer;
  readonly next: number;
}

function fieldAt(bytes: Buffer, at: number): Field | undefined {
  const end = bytes.indexOf(NEWLINE, at);
  if (end < 0) return undefined;
  const line = bytes.subarray(at, end);
  const equals = line.indexOf(EQUALS);
  if (line.length === 0 || equals >= 0) {
    const name = line.toString("latin1", 0, Math.max(equals, 0));
    return { name, value: line.subarray(equals + 1), next: end + 1 };
  }
  const begin = end + 1 + SIZE_BYTES;
  if (begin > bytes.length) return undefined;
  const next = begin + Number(bytes.readBigUInt64LE(end + 1)) + 1;
  if (next > bytes.length) return undefined;
  return { name: line.toString("latin1"), value: bytes.subarray(begin, next - 1), next };
}

/** As a record of a log; undefined where the entry is none of a container's output. */
export function journalRecord(entry: JournalEntry): LogRecord | undefined {
  const text = entry.get("MESSAGE");
  const microseconds = Number(entry.get("__REALTIME_TIMESTAMP")?.toString());
  if (text === undefined || !(microseconds >= 0 && microseconds <= LATEST)) return undefined;
  return {
    time: () => localRfc3339(microseconds),
    stream: entry.get("PRIORITY")?.toString() === "3" ? "stderr" : "stdout",
    partial: entry.has("CONTAINER_PARTIAL_MESSAGE"),
    text,
  };
}

/** As the monitor writes it into files: nine digits of the second, the host's offset. */
function localRfc3339(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const offset = -new Date(milliseconds).getTimezoneOffset();
  const local = new Date(milliseconds + offset * 60_000).toISOString().slice(0, "2026-01-02T03:04:05".length);
  const two = (number: number): string => String(Math.trunc(number)).padStart(2, "0");
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
  return `${local}.${String(microseconds % 1_000_000).padStart(6, "0")}000${zone}`;
}
