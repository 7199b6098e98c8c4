import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { StepUsage } from "../../../../build/run/usage-meter.ts";
import { TspodError } from "../../../../errors.ts";
import { formatDuration } from "../../../../options/format-duration.ts";
import { humanSize } from "../../../../podman/human-size.ts";
import type { BuildCall } from "../inputs.ts";
import type { BuildReport } from "./build-report.ts";

const BLOCK = 512;
const MILLISECOND_NS = 1e6;

/** Buildah's line of `--log-rusage`: whole milliseconds, decimal units. */
export function usageLine(used: StepUsage): string {
  const milliseconds = (count: number): string =>
    formatDuration(Math.max(0, Math.round(count)) * MILLISECOND_NS);
  const size = (blocks: number): string => humanSize(Math.max(0, blocks) * BLOCK);
  return [
    `${milliseconds(used.systemMicroseconds / 1000)}(system)`,
    `${milliseconds(used.userMicroseconds / 1000)}(user)`,
    `${milliseconds(used.elapsedMilliseconds)}(elapsed)`,
    `${size(used.inputBlocks)} input`,
    `${size(used.outputBlocks)} output`,
  ].join(" ");
}

/** Whether what steps take is told among the build's own lines. */
export function printsUsage({ flags }: Pick<BuildCall, "flags">): boolean {
  return flags["log-rusage"] && flags["rusage-logfile"] === undefined;
}

/**
 * Opens `--rusage-logfile`. As with Podman nothing is written to it with --quiet, nor without --log-rusage.
 * @param undo closes it
 * @returns what makes of a report one that appends to the file what steps take
 * @throws {TspodError} If the file can't be written.
 */
export function usageLog(
  { flags, cwd }: Pick<BuildCall, "flags" | "cwd">,
  undo: DisposableStack,
): (report: BuildReport) => BuildReport {
  const file = flags["rusage-logfile"];
  if (file === undefined || !flags["log-rusage"] || flags.quiet) return (report) => report;
  const fd = undo.adopt(openLog(resolve(cwd, file)), closeSync);
  return (report) => ({
    ...report,
    stage: (index) => ({
      ...report.stage(index),
      usage: (used) => void writeSync(fd, `${usageLine(used)}\n`),
    }),
  });
}

function openLog(path: string): number {
  try {
    return openSync(path, "a", 0o644);
  } catch (cause) {
    throw new TspodError(`creating file to store rusage logs "${path}"`, { cause });
  }
}
