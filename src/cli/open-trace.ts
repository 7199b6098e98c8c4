import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import type { Trace } from "../os/launch.ts";
import { TRACE } from "../protocol/environment.ts";

/** Milestones of Node's own start, each in milliseconds after `timeOrigin`: what ends there. */
const MILESTONES = [
  ["nodeStart", "load the program"],
  ["v8Start", "start Node"],
  ["environment", "start V8"],
  ["bootstrapComplete", "bootstrap"],
] as const;

/** Microseconds of CLOCK_MONOTONIC. */
const now = (): number => Number(process.hrtime.bigint()) / 1000;

/**
 * Open the trace that the launcher has begun, and write what Node has done so far.
 * @param env has TRACE; monitors and attach clients find the time of the last mark there
 * @returns undefined where the path leads to another file by now
 */
export function openTrace(env: Record<string, string | undefined>): Trace | undefined {
  const [time = "", file = "", ...path] = (env[TRACE] ?? "").split(" ");
  const place = `${file} ${path.join(" ")}`;
  const fd = openSame(path.join(" "), file);
  if (fd === undefined) return undefined;
  const write = (event: object) =>
    writeSync(fd, `${JSON.stringify({ ...event, pid: process.pid, tid: process.pid })},\n`);
  const phase = (name: string, from: number, to: number) =>
    write({ ph: "X", name, ts: from, dur: to - from });

  const executed = Number(time) / 1000;
  const origin = now() - performance.now() * 1000;
  let began = executed;
  for (const [milestone, name] of MILESTONES) {
    const reached = Math.max(began, origin + performance.nodeTiming[milestone] * 1000);
    phase(name, began, reached);
    began = reached;
  }
  phase("Node", executed, began);
  const mark = (name: string) => {
    const reached = now();
    phase(name, began, reached);
    began = reached;
    env[TRACE] = `${Math.round(reached * 1000)} ${place}`;
  };
  mark("load tspod");
  // Not where this process becomes another program: that one writes the end.
  process.on("exit", () => {
    mark("command");
    write({ ph: "E", name: "", ts: now() });
  });
  return { mark };
}

/** @param wanted device and inode of the file, as `DEVICE:INODE` */
function openSame(path: string, wanted: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    return undefined; // it was removed meanwhile
  }
  const { dev, ino } = fstatSync(fd, { bigint: true });
  if (`${dev}:${ino}` === wanted) return fd;
  closeSync(fd);
  return undefined;
}
