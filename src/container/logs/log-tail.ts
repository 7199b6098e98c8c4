import type { LogRecord } from "./log-record.ts";

/**
 * The last `count` lines: a line is a record that ends one, with the partial records before it. What the file
 * ends with and is not yet ended counts as a line.
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

/**
 * The last `count` lines of what comes in chunks, of which only as many are held as can still be in there.
 */
export function tailOfChunks(chunks: Iterable<readonly LogRecord[]>, count: number): LogRecord[] {
  const kept: { records: readonly LogRecord[]; lines: number }[] = [];
  let lines = 0;
  for (const records of chunks) {
    const ended = records.reduce((sum, { partial }) => sum + (partial ? 0 : 1), 0);
    kept.push({ records, lines: ended });
    lines += ended;
    // One more than asked for: the first of them may have begun in the chunk before.
    while (kept[0] !== undefined && lines - kept[0].lines > count) lines -= kept.shift()?.lines ?? 0;
  }
  return tailRecords(
    kept.flatMap(({ records }) => records),
    count,
  );
}
