import { TspodError } from "../../errors.ts";
import type { BodySink, TarEntry } from "./tar-entry.ts";
import { BLOCK } from "./tar-header.ts";
import { atHeader, NO_BYTES, type Reading, startReading } from "./tar-stages.ts";

/**
 * Takes a tar in pieces of any size and hands out its entries, all within the call that brings their last
 * byte.
 */
export interface TarReader {
  /** @throws {TspodError} If the tar is damaged; and whatever `onEntry` and its sinks throw. */
  write(chunk: Buffer): void;
  /** @throws {TspodError} If the tar broke off. */
  end(): void;
  /** Let go of the sink that is open, if any. */
  abort(): void;
  /**
   * How many of the next bytes are not needed: a reader of a file may seek over them, and say so by skip().
   */
  skippable(): number;
  /** @param length at most skippable() */
  skip(length: number): void;
  /** Whether the tar's end mark has been read. */
  hasEnded(): boolean;
}

/**
 * Read a tar: ustar, old GNU (long names, sparse files, base-256 numbers) and PAX (with GNU's sparse formats
 * 0.0, 0.1, 1.0).
 * @param onEntry called for each entry with the headers put together; gives the sink for its body where it
 * wants that. Where all of the body is in memory already it is given at once: who takes that needs no sink.
 */
export function tarReader(
  onEntry: (entry: TarEntry, content: Buffer | undefined) => BodySink | undefined,
): TarReader {
  const reading = startReading(onEntry);
  return {
    write: (chunk) => read(reading, chunk),
    end: () => end(reading),
    abort: () => abort(reading),
    skippable: () => skippable(reading),
    skip: (length) => skip(reading, length),
    hasEnded: () => reading.ended,
  };
}

function read(reading: Reading, chunk: Buffer): void {
  reading.chunk = chunk;
  reading.at = 0;
  while (reading.at < chunk.length && !reading.ended) {
    const { stage, at } = reading;
    const length = Math.min(stage.remaining, chunk.length - at);
    const isWanted = stage.gather !== undefined || stage.sink !== undefined;
    const piece = isWanted ? chunk.subarray(at, at + length) : NO_BYTES;
    reading.at = at + length;
    stage.remaining -= length;
    stage.sink?.write(piece);
    if (stage.remaining > 0) {
      stage.gather?.push(Buffer.from(piece)); // the caller may use the chunk again
      continue;
    }
    const { gather: parts, done } = stage;
    done(parts === undefined || parts.length === 0 ? piece : Buffer.concat([...parts, piece]));
  }
  reading.chunk = NO_BYTES;
  reading.at = 0;
}

function end(reading: Reading): void {
  const { stage, prelude, ended } = reading;
  const atStart = stage.gather?.length === 0 && stage.remaining === BLOCK && prelude.pax.length === 0;
  if (ended || atStart || stage.isPadding) return;
  abort(reading);
  throw new TspodError("damaged tar: it breaks off in the middle");
}

function abort(reading: Reading): void {
  const { sink } = reading.stage;
  // once only: the descriptor's number may be another file's by the next time
  reading.stage = atHeader(reading);
  sink?.abort();
}

function skippable({ stage }: Reading): number {
  return stage.gather === undefined && stage.sink === undefined ? stage.remaining : 0;
}

function skip({ stage }: Reading, length: number): void {
  stage.remaining -= length;
  if (length > 0 && stage.remaining === 0) stage.done(NO_BYTES);
}
