import type { CreateOptions, RestartPolicy } from "../../options/create-options.ts";
import { splitPair } from "../../options/parse/key-value.ts";

/** What is absent or empty stays as it is. */
export interface SettingChanges {
  readonly restart?: RestartPolicy;
  /** In place of all before. */
  readonly ulimits?: Pick<CreateOptions, "ulimits" | "ulimitHost">;
  readonly env: readonly (readonly [name: string, value: string])[];
  /** Names of variables. */
  readonly unsetenv: readonly string[];
  /** The new health check and log, where they become others. */
  readonly health?: (before: CreateOptions) => Pick<CreateOptions, "healthcheck" | "healthLog">;
}

/** Whether anything but limits changes. */
export function changesSettings({ restart, ulimits, env, unsetenv, health }: SettingChanges): boolean {
  return (
    restart !== undefined ||
    ulimits !== undefined ||
    health !== undefined ||
    env.length > 0 ||
    unsetenv.length > 0
  );
}

/** @throws {TspodError} If there is no health check that could be changed. */
export function changedOptions(before: CreateOptions, changes: SettingChanges): CreateOptions {
  return {
    ...before,
    process: { ...before.process, env: changedEnv(before.process.env, changes) },
    ...(changes.restart !== undefined && { restart: changes.restart }),
    ...changes.ulimits,
    ...changes.health?.(before),
  };
}

/** A variable keeps its place; new ones come last. */
export function changedEnv(
  before: readonly string[],
  { env, unsetenv }: Pick<SettingChanges, "env" | "unsetenv">,
): string[] {
  const all = new Map([...before.map(splitPair), ...env]);
  for (const name of unsetenv) all.delete(name);
  return [...all].map(([name, value]) => `${name}=${value}`);
}
