import { TspodError } from "../../errors.ts";
import { readAtMost } from "../../os/read-at-most.ts";

/** Bytes. */
const UNSIZED_MAX = 64 * 1024 * 1024;

/**
 * Reads an open file that says it is empty: files of /proc and the like have content, but no size that says
 * so.
 * @throws {TspodError} If that is more than 64 MiB: some of these never end.
 */
export function readUnsized(fd: number): Buffer {
  const content = readAtMost(fd, UNSIZED_MAX);
  if (content !== undefined) return content;
  throw new TspodError(`a file that says it is empty has more than ${UNSIZED_MAX} bytes: it can't be copied`);
}
