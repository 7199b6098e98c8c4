import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
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
  return { [Symbol.dispose]: () => rmSync(stoppers, { force: true }) };
}

/** Whether somebody waits for a container's end. */
export function isBeingStopped({ stoppers }: Pick<ContainerPaths, "stoppers">): boolean {
  if (!existsSync(stoppers)) return false;
  try {
    return readFileSync(stoppers, "utf8").trimEnd().split("\n").some(isAliveIn);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function isAliveIn(line: string): boolean {
  const [pid, startTime] = line.split(" ");
  return startTime !== undefined && isAlive({ pid: Number(pid), startTime });
}
