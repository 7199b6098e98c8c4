import { appendFileSync, existsSync, rmSync } from "node:fs";
import { readSmallTextIfThere } from "../../os/files/read-small-file.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { isAlive, readStartTime } from "../../os/process-identity.ts";
import { hasCode } from "../../os/system-error.ts";
import type { ContainerPaths } from "./paths.ts";

/**
 * Note that this process waits for a container's end, until disposed. Of several that do, each has a line of
 * its own, with its start time: one that is killed leaves a line that nobody believes.
 */
export function noteStopping({ stoppers }: ContainerPaths): Disposable {
  try {
    appendFileSync(stoppers, `${process.pid} ${readStartTime(process.pid) ?? "0"}\n`);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error; // its monitor has just removed it all
  }
  return { [Symbol.dispose]: () => leave(stoppers) };
}

/** The lines of others that wait stay. */
function leave(stoppers: string): void {
  if (!existsSync(stoppers)) return;
  const others = linesOf(stoppers).filter((line) => isAliveIn(line) && !line.startsWith(`${process.pid} `));
  if (others.length === 0) rmSync(stoppers, { force: true });
  else writeFileAtomic(stoppers, `${others.join("\n")}\n`);
}

function linesOf(stoppers: string): string[] {
  return readSmallTextIfThere(stoppers)?.trimEnd().split("\n") ?? [];
}

/** Whether a process waits for a container's end. */
export function isBeingStopped({ stoppers }: Pick<ContainerPaths, "stoppers">): boolean {
  return linesOf(stoppers).some(isAliveIn);
}

function isAliveIn(line: string): boolean {
  const [pid, startTime] = line.split(" ");
  return startTime !== undefined && isAlive({ pid: Number(pid), startTime });
}
