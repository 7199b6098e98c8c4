import type { LogRecord } from "./log-record.ts";

/**
 * The last `count` lines: a line is a record that ends one, with the partial records before it. What the file ends with
 * and is not yet ended counts as a line.
 */
export function tailRecords(records: readonly LogRecord[], count: number): LogRecord[] {
  let lines = 0;
  let start = records.length;
  while (start > 0) {
    const record = records[start - 1];
    const endsLine = record !== undefined && (!record.partial || start === records.length);
    if (endsLine && ++lines > count) break;
    start--;
  }
  return records.slice(start);
}
