import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeSpec, SpecProcess } from "../../../oci/runtime-spec.ts";
import { parseSignal } from "../../../oci/signal.ts";
import type { ContainerRecord } from "../../../options/container-record.ts";
import type {
  CreateOptions,
  HealthcheckOptions,
  StartupCheckOptions,
} from "../../../options/create-options.ts";
import { healthLogDirectory, healthLogOf } from "../../../options/health-log.ts";
import { namedRecord, type PlanRecord } from "../../../protocol/plan.ts";
import { execProcess } from "../../../spec/generate/exec-process.ts";
import { activeHealthcheck } from "../../state/health.ts";
import type { ContainerPaths } from "../../state/paths.ts";

const NS_PER_MS = 1e6;

export interface HealthPlanParts {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  /** The runtime's program with its global options. */
  readonly runtimeCommand: readonly string[];
}

/** The monitor's records for a container's health check (native/protocol.h, 2). */
export function healthPlan({ record, paths, runtimeCommand }: HealthPlanParts): PlanRecord[] {
  const healthcheck = activeHealthcheck(record.options);
  if (healthcheck === undefined) return [];
  const { interval, timeout, startPeriod, retries, onFailure, startup } = healthcheck;
  const pidFile = join(paths.runtime, "health.pid");
  const log = healthLogOf(record.options);
  const directory = healthLogDirectory(log);
  const { stopSignal, stopTimeout } = record.options.process;
  const command = (file: string) => [
    ...runtimeCommand,
    ...["exec", "--process", file, "--pid-file", pidFile],
    record.id,
  ];
  return [
    namedRecord("health", {
      interval: inMs(interval),
      timeout: inMs(timeout),
      startPeriod: inMs(startPeriod),
      retries,
      action: onFailure,
      results: paths.health,
      pidFile,
      signal: parseSignal(stopSignal).number,
      seconds: stopTimeout,
      count: log.maxCount,
      size: log.maxSize,
      log: directory === undefined ? "" : join(directory, `${record.id}-healthcheck.log`),
    }),
    ["health-command", ...command(processFile(paths))],
    ...(startup === undefined ? [] : startupPlan(startup, command(startupFile(paths)))),
  ];
}

function startupPlan(startup: StartupCheckOptions, command: readonly string[]): PlanRecord[] {
  return [
    namedRecord("health-startup", {
      interval: inMs(startup.interval),
      timeout: inMs(startup.timeout),
      retries: startup.retries,
      successes: startup.successes,
    }),
    ["health-startup-command", ...command],
  ];
}

function inMs(time: number): number {
  return Math.ceil(time / NS_PER_MS); // 0 has a meaning of its own
}

function processFile(paths: ContainerPaths): string {
  return join(paths.bundle, "health.json");
}

function startupFile(paths: ContainerPaths): string {
  return join(paths.bundle, "health-startup.json");
}

/** Write the process that the records name, where there are any; `spec` is the container's config.json. */
export function writeHealthProcess(
  { record, paths }: { record: ContainerRecord; paths: ContainerPaths },
  spec: RuntimeSpec,
  lastCapability: number,
): void {
  const healthcheck = activeHealthcheck(record.options);
  if (healthcheck === undefined) return;
  const write = (file: string, { test }: Pick<HealthcheckOptions, "test">): void => {
    const check = checkProcess(test, record.options, { process: spec.process, lastCapability });
    writeFileSync(file, JSON.stringify(check));
  };
  write(processFile(paths), healthcheck);
  if (healthcheck.startup !== undefined) write(startupFile(paths), healthcheck.startup);
}

function checkProcess(
  test: HealthcheckOptions["test"],
  options: CreateOptions,
  container: { process: SpecProcess; lastCapability: number },
): SpecProcess {
  const [form, ...words] = test;
  const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  // Without --user nothing is looked up.
  return execProcess({ command, env: [], tty: false, privileged: false }, options, {
    ...container,
    passwdText: "",
    groupText: "",
  });
}
