import { existsSync, writeFileSync } from "node:fs";
import { readFacts } from "./fact-file.ts";
import type { ContainerPaths } from "./paths.ts";

/** A stop that had to come to SIGKILL. */
export interface LastStop {
  /** Name of the signal that was sent first. */
  readonly signal: string;
  /** Seconds that the process had. */
  readonly timeout: number;
  /** What the process did with the signal, in words; "" where that is not known. */
  readonly reaction: string;
}

type Paths = Pick<ContainerPaths, "directory" | "startFile" | "lastStop">;

/** Keep it, for `why`: of the run that is under way. */
export function noteLastStop({ directory, startFile, lastStop }: Paths, stop: LastStop): void {
  const run = readFacts(startFile)?.get("run") ?? "";
  const lines = [
    `run ${run}`,
    `signal ${stop.signal}`,
    `timeout ${stop.timeout}`,
    `reaction ${stop.reaction}`,
  ];
  try {
    if (existsSync(directory)) writeFileSync(lastStop, `${lines.join("\n")}\n`, { mode: 0o600 });
  } catch {
    // A full disk must not keep a container from being stopped.
  }
}

/** Undefined where the last run did not end so. */
export function readLastStop({ startFile, lastStop }: Paths): LastStop | undefined {
  const facts = readFacts(lastStop);
  if (facts === undefined || facts.get("run") !== readFacts(startFile)?.get("run")) return undefined;
  return {
    signal: facts.get("signal") ?? "",
    timeout: Number(facts.get("timeout")),
    reaction: facts.get("reaction") ?? "",
  };
}
