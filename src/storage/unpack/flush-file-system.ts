import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TspodError } from "../../errors.ts";
import { hasCode } from "../../os/system-error.ts";

/**
 * Write everything that was written to a file system to its disk (syncfs(2)): one call for a layer's ten thousand files, where
 * one fsync(2) for each takes minutes. In a process of its own, so that downloads and other layers go on meanwhile.
 * @param path absolute, of anything on it
 * @throws {TspodError} If something could not be written.
 */
export async function flushFileSystem(path: string): Promise<void> {
  try {
    await promisify(execFile)("sync", ["-f", path]);
  } catch (cause) {
    if (hasCode(cause, "ENOENT"))
      throw new TspodError('writing a layer to the disk needs the program "sync": install coreutils', {
        cause,
      });
    throw new TspodError(`writing "${path}" to the disk`, { cause });
  }
}
