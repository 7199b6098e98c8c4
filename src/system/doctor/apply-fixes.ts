import { spawnSync } from "node:child_process";
import type { Env } from "../../os/env.ts";
import type { Finding, Fix } from "./finding.ts";

/** The lines that mend what was found, each once, in order. */
export function fixesOf(findings: readonly Finding[], by: Fix["by"]): string[] {
  const lines = findings
    .filter(({ state }) => state === "failed" || state === "warning")
    .flatMap(({ fixes }) => fixes.filter((fix) => fix.by === by).map(({ command }) => command));
  return [...new Set(lines)];
}

/**
 * Runs one line by the shell, with the caller's terminal.
 * @returns whether it ended well
 */
export function applyFix(line: string, env: Env): boolean {
  return spawnSync("/bin/sh", ["-c", line], { env, stdio: "inherit" }).status === 0;
}
