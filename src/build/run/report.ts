import type { LineRange } from "../parse/dockerfile-error.ts";
import type { StepUsage } from "./usage-meter.ts";

/** The reports of one stage while it is built. */
export interface StageReport {
  /** @param number counted from 1, FROM among them */
  step(number: number, total: number, text: string): void;
  /** The last step was taken from the cache. */
  cached(id: string): void;
  output(stream: "stdout" | "stderr", chunk: Buffer): void;
  /** The last step is done. @param id of what it has come to, hex digits */
  done(id: string): void;
  /** What the last step, done or failed, has taken. */
  usage(used: StepUsage): void;
  /** It failed, at these lines. @param byCommand whether a command has ended with an exit code of its own */
  failed(lines: LineRange, byCommand: boolean): void;
  /** Nothing more comes. */
  end(): void;
}
