import { closeSync, openSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { syncfs } from "../../os/descriptor.ts";

/**
 * Write everything that was written to a file system to its disk: one call for a layer's ten thousand files,
 * where one fsync(2) for each takes minutes. Downloads and other layers go on meanwhile.
 * @param path absolute, of anything on it that may be opened for reading
 * @throws {TspodError} If something could not be written.
 */
export async function flushFileSystem(path: string): Promise<void> {
  try {
    using undo = new DisposableStack();
    await syncfs(undo.adopt(openSync(path, "r"), closeSync));
  } catch (cause) {
    throw new TspodError(`writing "${path}" to the disk`, { cause });
  }
}
