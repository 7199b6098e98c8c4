import { readSmallTextIfThere } from "./files/read-small-file.ts";
import { hasCode } from "./system-error.ts";

/** A process that can't be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot. */
  startTime: string;
}

/**
 * The command's name stands in parentheses and may hold any character, so fields are counted from the last
 * `)`.
 */
function fields(pid: number, proc: string): string[] | undefined {
  try {
    const stat = readSmallTextIfThere(`${proc}/${pid}/stat`);
    return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (hasCode(error, "ESRCH")) return undefined; // it ended between open and read
    throw error;
  }
}

/**
 * The start time of a process; undefined if there is none with that pid.
 * @param proc where the proc file system is, /proc if not given
 * @see proc_pid_stat(5)
 */
export function readStartTime(pid: number, { proc = "/proc" }: { proc?: string } = {}): string | undefined {
  return fields(pid, proc)?.[19];
}

/** Whether that very process still runs. A process that has ended but was not waited for does not. */
export function isAlive(
  { pid, startTime }: ProcessIdentity,
  { proc = "/proc" }: { proc?: string } = {},
): boolean {
  const found = fields(pid, proc);
  return found !== undefined && found[19] === startTime && found[0] !== "Z" && found[0] !== "X";
}
