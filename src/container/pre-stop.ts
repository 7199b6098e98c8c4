import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerRecord } from "../options/container-record.ts";
import { processFile } from "./start/plan/check-processes.ts";
import { probeCommand } from "./start/plan/probe-command.ts";
import type { Container } from "./state/list.ts";
import type { ContainerPaths } from "./state/paths.ts";

/**
 * Run what a container has for before its stop signal. Whether it succeeds changes nothing, as in Kubernetes.
 * @param timeout seconds that the whole stop may take; negative: no limit
 * @returns seconds that are left of it
 */
export async function runPreStop({ record, paths }: Container, timeout: number): Promise<number> {
  const hook = record.options.hooks?.preStop;
  if (hook === undefined || timeout === 0) return timeout;
  const begun = performance.now();
  const limit = timeout < 0 ? undefined : timeout * 1000;
  if (hook.kind === "sleep") await sleep(Math.min(hook.seconds * 1000, limit ?? Number.POSITIVE_INFINITY));
  else await runCommand(hookCommand(record, paths), limit);
  if (timeout < 0) return timeout;
  // At least one second for the signal itself: Kubernetes gives two.
  return Math.max(1, Math.ceil(timeout - (performance.now() - begun) / 1000));
}

function hookCommand(record: ContainerRecord, paths: ContainerPaths): string[] {
  const hook = record.options.hooks?.preStop;
  if (hook !== undefined && hook.kind !== "exec" && hook.kind !== "sleep")
    return probeCommand(hook, paths.pidFile);
  const { name, path } = record.runtime;
  const root = `${paths.runtimeDirectory}/${name}`;
  return [path, "--root", root, "exec", "--process", processFile(paths, "pre-stop"), record.id];
}

async function runCommand([file = "", ...args]: readonly string[], limit: number | undefined): Promise<void> {
  const child = spawn(file, args, {
    stdio: "ignore",
    ...(limit !== undefined && { timeout: limit, killSignal: "SIGKILL" }),
  });
  // A program that can't be run has failed, which changes nothing.
  await Promise.race([once(child, "exit"), once(child, "error")]).catch(() => undefined);
}
