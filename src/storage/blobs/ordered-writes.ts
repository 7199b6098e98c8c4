import { writev } from "node:fs";
import { promisify } from "node:util";

/**
 * Writes to a file that go on while the next bytes come. In order: what a killed process leaves has no holes.
 */
export interface OrderedWrites {
  /**
   * Takes bytes to be written, which the caller may not change any more. Waits only if too many bytes wait
   * already.
   * @throws {SystemError} If writing failed, now or earlier.
   */
  add(bytes: Uint8Array): Promise<void>;
  /** Wait until all is written. @throws {SystemError} If writing failed. */
  flushed(): Promise<void>;
}

/** So many bytes may wait to be written before the caller has to wait. */
const WAITING_MAX = 4 * 1024 * 1024;

/** @param position where in the file the first of them go */
export function orderedWrites(fd: number, position: number): OrderedWrites {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let end = position;

  async function run(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        size = 0;
        end += await writeAll(fd, batch, end);
      }
    } catch (error) {
      failure = { error };
    }
    running = undefined;
  }

  async function flushed(): Promise<void> {
    await running;
    if (failure !== undefined) throw failure.error;
  }

  return {
    async add(bytes) {
      if (failure !== undefined) throw failure.error;
      waiting.push(bytes);
      size += bytes.length;
      running ??= run();
      if (size > WAITING_MAX) await flushed();
    },
    flushed,
  };
}

const writeMany = promisify(writev);

/** @returns how many bytes that were */
async function writeAll(fd: number, batch: readonly Uint8Array[], position: number): Promise<number> {
  let done = 0;
  for (let left = batch; left.length > 0; ) {
    const { bytesWritten } = await writeMany(fd, left, position + done);
    done += bytesWritten;
    left = after(left, bytesWritten);
  }
  return done;
}

/** The pieces without their first `count` bytes. */
function after(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return pieces.flatMap((piece) => {
    const taken = Math.min(skip, piece.length);
    skip -= taken;
    return taken === piece.length ? [] : [piece.subarray(taken)];
  });
}
