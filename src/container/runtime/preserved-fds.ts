import { readlinkSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { PRESERVED_MAX } from "../../protocol/descriptors.ts";

const FIRST = 3;

/**
 * The caller's descriptors from 3 on, for --preserve-fds.
 * @param own the one that holds the keeper's lock, which is none of the caller's
 * @throws {TspodError} If one of them is not open, or there are too many.
 */
export function preservedFds(count: number, own: number | undefined): number[] {
  if (count > PRESERVED_MAX)
    throw new TspodError(`--preserve-fds ${count} is too much: the most is ${PRESERVED_MAX}`);
  const fds = Array.from({ length: count }, (_, index) => FIRST + index);
  const missing = fds.find((fd) => fd === own || !isCallers(fd));
  if (missing !== undefined) {
    throw new TspodError(
      `file descriptor ${missing} is not available - the preserve-fds option requires that file descriptors must be passed`,
    );
  }
  return fds;
}

/** Node's own come after the caller's, and take the numbers that are free. */
function isCallers(fd: number): boolean {
  try {
    return !readlinkSync(`/proc/self/fd/${fd}`).startsWith("anon_inode:[event");
  } catch {
    return false; // not open
  }
}

/** The runtime's flags for so many descriptors. */
export function preserveFdsFlags(count: number): string[] {
  return count === 0 ? [] : ["--preserve-fds", String(count)];
}
