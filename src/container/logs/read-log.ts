import { closeSync, statSync } from "node:fs";
import { type OpenLog, openLogIfThere, readOn, skipToTail, type Tail } from "./log-file.ts";
import type { LogRecord } from "./log-record.ts";

/**
 * A log that is read on from where the last read ended; where the monitor has begun a new file under its name
 * (max-size), the old one is read to its end first. Disposing closes it.
 */
export interface LogReader extends Disposable {
  /**
   * Records that have come since the last call, in chunks; an unfinished last line waits for the next call.
   */
  read(): Generator<LogRecord[]>;
  /** Milliseconds after which what was logged can be read. */
  readonly lagMs: number;
}

/**
 * Open a container's log file; one that does not exist yet is empty.
 * @param tail what the first read gives; absent: all
 */
export function openLogFile(path: string, tail?: Tail): LogReader {
  let file: OpenLog | undefined;
  let begun = false;
  return {
    lagMs: 0,
    *read() {
      if (!begun) {
        begun = true;
        file = openLogIfThere(path);
        const older = openOlder(path, file);
        const files = file === undefined ? older : [...older, file];
        const wanted = new Set(tail === undefined ? files : skipToTail(files, tail));
        yield* readAndClose(older, wanted);
      }
      for (;;) {
        file ??= openLogIfThere(path);
        if (file === undefined) return;
        // Asked before the read: to what was replaced until then nothing is added any more.
        const replaced = isReplaced(file, path);
        yield* readOn(file);
        if (!replaced) return;
        closeSync(file.fd);
        file = undefined;
      }
    },
    [Symbol.dispose]() {
      if (file !== undefined) closeSync(file.fd);
    },
  };
}

/** Opens the files that json-file's rotation has left behind, oldest first: PATH.1 is the youngest. */
function openOlder(path: string, current: OpenLog | undefined): OpenLog[] {
  const older: OpenLog[] = [];
  for (let number = 1; ; number++) {
    const file = openLogIfThere(`${path}.${number}`);
    if (file === undefined) return older;
    // Rotated just now: it is read as the current one.
    if (file.inode === current?.inode) closeSync(file.fd);
    else older.unshift(file);
  }
}

function* readAndClose(files: readonly OpenLog[], wanted: ReadonlySet<OpenLog>): Generator<LogRecord[]> {
  using stack = new DisposableStack();
  for (const { fd } of files) stack.defer(() => closeSync(fd));
  for (const file of files) if (wanted.has(file)) yield* readOn(file);
}

function isReplaced({ inode }: OpenLog, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.ino !== inode;
}
