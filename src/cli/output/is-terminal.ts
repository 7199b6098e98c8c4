import { fstatSync, type Stats } from "node:fs";

/**
 * Whether a descriptor is a terminal. node:tty can say it, but brings node:net and the streams with it, 7 ms
 * of processor time: it is asked only for a character device other than /dev/null, and so not for scripts.
 */
export function isTerminal(fd: number): boolean {
  const status = statusOf(fd);
  if (status === undefined || !status.isCharacterDevice() || status.rdev === NULL_DEVICE) return false;
  return process.getBuiltinModule("node:tty").isatty(fd);
}

/** 1:3 on every Linux. */
const NULL_DEVICE = 0x103;

/** Undefined where the descriptor is closed. */
function statusOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
