import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerRecord } from "../oci/container-record.ts";
import type { HealthcheckOptions } from "../oci/create-options.ts";
import { execProcess } from "../oci/generate/exec-process.ts";
import type { RuntimeSpec } from "../oci/runtime-spec.ts";
import { parseSignal } from "../oci/signal.ts";
import { activeHealthcheck } from "./health.ts";
import type { PlanRecord } from "./monitor-plan.ts";
import type { ContainerPaths } from "./paths.ts";

const NS_PER_MS = 1e6;

export interface HealthPlanParts {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  /** The container's config.json. */
  readonly spec: RuntimeSpec;
  /** The runtime's program with its global options. */
  readonly runtimeCommand: readonly string[];
  readonly lastCapability: number;
}

/** The monitor's records for a container's health check (native/protocol.h, 2); writes the process that they name. */
export function healthPlan(parts: HealthPlanParts): PlanRecord[] {
  const { record, paths, runtimeCommand } = parts;
  const healthcheck = activeHealthcheck(record.options);
  if (healthcheck === undefined) return [];
  const processFile = join(paths.bundle, "health.json");
  writeFileSync(processFile, JSON.stringify(checkProcess(healthcheck, parts)));
  const { interval, timeout, startPeriod, retries, onFailure } = healthcheck;
  const pidFile = join(paths.runtime, "health.pid");
  const { stopSignal, stopTimeout } = record.options.process;
  return [
    [
      "health",
      ...[interval, timeout, startPeriod].map((time) => String(Math.round(time / NS_PER_MS))),
      String(retries),
      onFailure,
      paths.health,
      pidFile,
      String(parseSignal(stopSignal).number),
      String(stopTimeout),
    ],
    [
      "health-command",
      ...runtimeCommand,
      ...["exec", "--process", processFile, "--pid-file", pidFile],
      record.id,
    ],
  ];
}

function checkProcess({ test }: HealthcheckOptions, { record, spec, lastCapability }: HealthPlanParts) {
  const [form, ...words] = test;
  const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  return execProcess(
    { command, env: [], tty: false, privileged: false },
    record.options,
    // Without --user nothing is looked up.
    { process: spec.process, lastCapability, passwdText: "", groupText: "" },
  );
}
