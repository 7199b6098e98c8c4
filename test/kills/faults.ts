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

/** Start tspod, with a fault in one of the calls that change the store, the runtime directory, or `out`. */
export function startWithFault(
  host: Host,
  args: readonly string[],
  fault: Fault,
  options: { readonly log?: string; readonly input?: string } = {},
): Running {
  const { at, kind, lasting = false, effects, program } = fault;
  const flags = [
    ...[host.dataDirectory, join(host.runtimeDirectory, "tspod"), join(host.directory, "out")].flatMap(
      (directory) => ["-d", directory],
    ),
    ...["-n", String(at), "-f", kind],
    ...(lasting ? ["-s"] : []),
    ...(effects === undefined ? [] : ["-w", effects]),
    ...(program === undefined ? [] : ["-p", program]),
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
