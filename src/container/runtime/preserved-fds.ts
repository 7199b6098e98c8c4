import { readdirSync, readlinkSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { PRESERVED_MAX } from "../../protocol/descriptors.ts";

const FIRST = 3;

/** The caller's descriptors that a process is to get. */
export interface Preservation {
  /** --preserve-fds: so many, from 3 on. */
  readonly count: number;
  /** --preserve-fd: these. */
  readonly numbers: readonly number[];
}

/** In the place of a descriptor that is not passed on. */
const NULL_FD = -1;

/**
 * The caller's descriptors in the order in which the process gets them, from 3 on; -1: /dev/null.
 * @param own the one that holds the keeper's lock, which is none of the caller's
 * @throws {TspodError} If one of them is not open, or is one of the standard ones, or there are too many.
 */
export function preservedFds({ count, numbers }: Preservation, own: number | undefined): number[] {
  if (count > PRESERVED_MAX)
    throw new TspodError(`--preserve-fds ${count} is too much: the most is ${PRESERVED_MAX}`);
  const last = FIRST + PRESERVED_MAX - 1;
  const outside = numbers.find((fd) => fd < FIRST || fd > last);
  if (outside !== undefined)
    throw new TspodError(`--preserve-fd ${outside} can't be passed on: it must be from ${FIRST} to ${last}`);
  const end = Math.max(FIRST + count, ...numbers.map((fd) => fd + 1));
  const wanted = new Set(numbers);
  const all = Array.from({ length: end - FIRST }, (_, index) => FIRST + index);
  const fds = all.map((fd) => (fd < FIRST + count || wanted.has(fd) ? fd : NULL_FD));
  const missing = fds.find((fd) => fd !== NULL_FD && (fd === own || !isCallers(fd)));
  if (missing !== undefined) {
    const option = wanted.has(missing) ? "preserve-fd" : "preserve-fds";
    throw new TspodError(
      `file descriptor ${missing} is not available - the ${option} option requires that file descriptors must be passed`,
    );
  }
  return fds;
}

/**
 * Node's own descriptors come after those of the caller, and take the numbers that are free: those of its
 * event loops, and pipes of which it holds both ends.
 */
function isCallers(fd: number): boolean {
  const target = targetOf(fd);
  if (target === undefined || /^anon_inode:\[(?:event|io_uring)/.test(target)) return false;
  if (!target.startsWith("pipe:")) return true;
  return readdirSync("/proc/self/fd").filter((each) => targetOf(Number(each)) === target).length === 1;
}

function targetOf(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // not open
  }
}

/** The runtime's flags for so many descriptors. */
export function preserveFdsFlags(count: number): string[] {
  return count === 0 ? [] : ["--preserve-fds", String(count)];
}
