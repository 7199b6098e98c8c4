import type { LineRange } from "../../../../build/parse/dockerfile-error.ts";
import type { StageReport } from "../../../../build/run/report.ts";
import { shortId } from "../../../../oci/short-id.ts";
import { usageLine } from "./usage-log.ts";

export interface PlainOutput {
  /** A line to stdout. */
  readonly print: (line: string) => void;
  readonly write: (stream: "stdout" | "stderr", chunk: Buffer) => void;
}

export interface PlainOptions {
  /** Indexes of the stages that are built, in the order in which they are printed. */
  readonly stages: readonly number[];
  /** Whether nothing is shown but what commands print to stderr: as Podman, where scripts read the ID. */
  readonly quiet: boolean;
  /** Whether steps have results of their own, each of which has a line. */
  readonly layers: boolean;
  /** Whether there is a line of what each step has taken. */
  readonly showsUsage: boolean;
  /** Told of the lines of each step whose command fails. */
  readonly onFailed: (lines: LineRange) => void;
}

/**
 * Podman's lines, as scripts read them. Stages that are built at the same time are printed one after the
 * other.
 */
export function plainReport(
  output: PlainOutput,
  { stages, quiet, layers, showsUsage, onFailed }: PlainOptions,
): (index: number) => StageReport {
  const queue = [...stages];
  const held = new Map<number, (() => void)[]>();
  const ended = new Set<number>();
  const tell = (index: number, line: () => void): void => {
    if (queue[0] === index || !queue.includes(index)) line();
    else held.set(index, [...(held.get(index) ?? []), line]);
  };
  const end = (index: number): void => {
    ended.add(index);
    while (queue[0] !== undefined && ended.has(queue[0])) {
      queue.shift();
      for (const line of held.get(queue[0] ?? -1) ?? []) line();
      held.delete(queue[0] ?? -1);
    }
  };
  return (index) => {
    const prefix = stages.length > 1 ? `[${stages.indexOf(index) + 1}/${stages.length}] ` : "";
    const print = (line: string): void => {
      if (!quiet) tell(index, () => output.print(line));
    };
    let isLast = false;
    return {
      step(number, total, text) {
        isLast = number === total && index === stages.at(-1);
        print(`${prefix}STEP ${number}/${total}: ${text}`);
      },
      cached: (id) => print(`--> Using cache ${id}`),
      output(stream, chunk) {
        if (!quiet || stream === "stderr") tell(index, () => output.write(stream, chunk));
      },
      done(id) {
        if (!isLast && layers) print(`--> ${shortId(id)}`); // The last one is printed with the image.
      },
      usage(used) {
        if (showsUsage) print(usageLine(used));
      },
      failed(lines, byCommand) {
        if (byCommand) onFailed(lines);
      },
      end: () => end(index),
    };
  };
}
