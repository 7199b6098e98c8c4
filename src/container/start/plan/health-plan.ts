import { join } from "node:path";
import { parseSignal } from "../../../oci/signal.ts";
import type { ContainerRecord } from "../../../options/container-record.ts";
import type { HealthcheckOptions, StartupCheckOptions } from "../../../options/create-options.ts";
import { healthLogDirectory, healthLogOf } from "../../../options/health-log.ts";
import type { ProbeAction, ReadinessOptions } from "../../../options/probe.ts";
import { namedRecord, type PlanRecord } from "../../../protocol/plan.ts";
import { activeHealthcheck } from "../../state/health.ts";
import type { ContainerPaths } from "../../state/paths.ts";
import { type CheckName, processFile } from "./check-processes.ts";
import { probeCommand } from "./probe-command.ts";

const NS_PER_MS = 1e6;

export interface HealthPlanParts {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  /** The runtime's program with its global options. */
  readonly runtimeCommand: readonly string[];
}

/** The monitor's records for all that looks at a container or is run beside it (native/protocol.h, 2). */
export function healthPlan(parts: HealthPlanParts): PlanRecord[] {
  const { options } = parts.record;
  const health = activeHealthcheck(options);
  return [
    ...(health === undefined ? [] : checkPlan(health, parts)),
    ...(options.readiness === undefined ? [] : readyPlan(options.readiness, parts)),
    ...(options.hooks?.postStart === undefined ? [] : postStartPlan(options.hooks.postStart, parts)),
  ];
}

function checkPlan(healthcheck: HealthcheckOptions, parts: HealthPlanParts): PlanRecord[] {
  const { record, paths } = parts;
  const { interval, timeout, startPeriod, retries, onFailure, startup } = healthcheck;
  const { stopSignal, stopTimeout } = record.options.process;
  const log = healthLogOf(record.options);
  const directory = healthLogDirectory(log);
  const command = ({ probe }: { probe?: ProbeAction }, check: CheckName) =>
    checkCommand(probe, check, { ...parts, pidFile: checkPidFile(paths, "health") });
  // Where there is only a startup check, that is what a client that asks gets.
  const asked = healthcheck.test[1] === "" && startup !== undefined ? startup : healthcheck;
  return [
    namedRecord("health", {
      interval: inMs(interval),
      timeout: inMs(timeout),
      startPeriod: inMs(startPeriod),
      retries,
      action: onFailure,
      results: paths.health,
      pidFile: checkPidFile(paths, "health"),
      signal: parseSignal(stopSignal).number,
      seconds: stopTimeout,
      count: log.maxCount,
      size: log.maxSize,
      log: directory === undefined ? "" : join(directory, `${record.id}-healthcheck.log`),
    }),
    ["health-command", ...command(asked, asked === startup ? "health-startup" : "health")],
    ...(startup === undefined ? [] : startupPlan(startup, command(startup, "health-startup"))),
    ...timesPlan(healthcheck),
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

/** Kubernetes' pauses: 10 s before the second restart, twice as long each time, up to 5 minutes. */
const BACK_OFF_MS = { pause: 10_000, longest: 300_000, goodRun: 600_000 };

/** Only probes have a delay. */
function timesPlan({ delay, startup }: HealthcheckOptions): PlanRecord[] {
  if (delay === undefined && startup?.delay === undefined) return [];
  const delays = { delay: inMs(delay ?? 0), startupDelay: inMs(startup?.delay ?? 0) };
  return [namedRecord("health-times", { ...delays, ...BACK_OFF_MS })];
}

function readyPlan(readiness: ReadinessOptions, parts: HealthPlanParts): PlanRecord[] {
  const { probe, delay, interval, timeout, failures, successes } = readiness;
  const pidFile = checkPidFile(parts.paths, "ready");
  return [
    namedRecord("ready", {
      delay: inMs(delay),
      interval: inMs(interval),
      timeout: inMs(timeout),
      failures,
      successes,
      results: parts.paths.ready,
      pidFile,
    }),
    ["ready-command", ...checkCommand(probe, "ready", { ...parts, pidFile })],
  ];
}

function postStartPlan(hook: ProbeAction, parts: HealthPlanParts): PlanRecord[] {
  const pidFile = checkPidFile(parts.paths, "post-start");
  return [["post-start", pidFile, ...checkCommand(hook, "post-start", { ...parts, pidFile })]];
}

/** @param probe absent: a check that runs in the container */
function checkCommand(
  probe: ProbeAction | undefined,
  check: CheckName,
  { record, paths, runtimeCommand, pidFile }: HealthPlanParts & { readonly pidFile: string },
): readonly string[] {
  if (probe !== undefined && probe.kind !== "exec") return probeCommand(probe, paths.pidFile);
  return [
    ...runtimeCommand,
    ...["exec", "--process", processFile(paths, check), "--pid-file", pidFile],
    record.id,
  ];
}

function checkPidFile(paths: ContainerPaths, check: CheckName): string {
  return join(paths.runtime, `${check}.pid`);
}

function inMs(time: number): number {
  return Math.ceil(time / NS_PER_MS); // 0 has a meaning of its own
}
