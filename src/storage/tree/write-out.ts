import { flushFileSystem } from "./flush-file-system.ts";

/** Brings what several make on one file system to its disk, together and while they go on. */
export interface WriteOut {
  /**
   * So many bytes were written. Now and then they are sent to the disk, so that the flush at the end has
   * little left to do.
   */
  wrote(bytes: number): void;
  /**
   * All that was written before is on the disk. Who asks while a flush is under way shares the one after it.
   * @throws {TspodError} If something could not be written, now or before.
   */
  flushed(): Promise<void>;
}

/** Bytes: what a disk writes in some hundred milliseconds. */
const AT_ONCE = 64 * 1024 * 1024;

/** @param path absolute, of anything on the file system that may be opened for reading */
export function writeOut(path: string): WriteOut {
  let written = 0;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  /** The kernel reports a failed write once. */
  let failure: { readonly error: unknown } | undefined;

  async function flush(): Promise<void> {
    written = 0;
    try {
      await flushFileSystem(path);
    } catch (error) {
      failure ??= { error };
    } finally {
      running = undefined;
    }
    if (failure !== undefined) throw failure.error;
  }

  async function flushAfter(current: Promise<void>): Promise<void> {
    await current.catch(() => undefined);
    next = undefined;
    await flushed();
  }

  function flushed(): Promise<void> {
    if (running === undefined) {
      running = flush();
      return running;
    }
    next ??= flushAfter(running);
    return next;
  }

  return {
    wrote(bytes) {
      written += bytes;
      if (written >= AT_ONCE && running === undefined) flushed().catch(() => undefined); // remembered
    },
    flushed,
  };
}
