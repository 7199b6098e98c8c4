import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../support/host.ts";
import { REPOSITORY, type Running, startProgram, TSPOD } from "../support/program.ts";

/** Built from native/test/faults. */
const FAULTS = join(REPOSITORY, "dist/test/tspod-faults");

export interface Fault {
  /** Which of the calls that count, from 1 on; 0: none. */
  readonly at: number;
  /** `kill`, `cut`, or an errno's name. */
  readonly kind: string;
  /** Also all calls after it. */
  readonly lasting?: boolean;
  /** Letters of the effects that count (native/test/faults/main.c). Default: all. */
  readonly effects?: string;
  /** Calls of processes of this program count. Default: the command's. */
  readonly program?: string;
}

/** The store, what is there while something runs, the user's quadlets, and where commands write files to. */
function changedDirectories({ dataDirectory, runtimeDirectory, configDirectory, directory }: Host): string[] {
  return [
    dataDirectory,
    join(runtimeDirectory, "tspod"),
    join(configDirectory, "containers"),
    join(directory, "out"),
  ];
}

/** Start tspod, with a fault in one of the calls that change something there. */
export function startWithFault(
  host: Host,
  args: readonly string[],
  fault: Fault,
  options: { readonly log?: string; readonly input?: string } = {},
): Running {
  const { at, kind, lasting = false, effects, program } = fault;
  const flags = [
    ...changedDirectories(host).flatMap((directory) => ["-d", directory]),
    ...["-n", String(at), "-f", kind],
    ...(lasting ? ["-s"] : []),
    ...(effects === undefined ? [] : ["-w", effects]),
    // What the processes around a command change lies elsewhere too: cgroups, /proc, the container itself.
    ...(program === undefined ? [] : ["-p", program, "-d", ""]),
    ...(options.log === undefined ? [] : ["-l", options.log]),
  ];
  return startProgram(FAULTS, [...flags, "--", TSPOD, ...args], {
    env: host.env,
    cwd: host.directory,
    ...(options.input !== undefined && { input: options.input }),
  });
}

/** One call that counted: `openat /path`. */
export function readCalls(log: string): string[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ").slice(2).join(" "));
}
