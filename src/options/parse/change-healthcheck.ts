import { TspodError } from "../../errors.ts";
import type { HealthcheckOptions, StartupCheckOptions } from "../create-options.ts";
import {
  DEFAULTS,
  type HealthFlags,
  parseInterval,
  parseOnFailure,
  parseStartPeriod,
  parseTest,
  parseTimeout,
  type StartupFlags,
} from "./healthcheck.ts";

/**
 * Another health check, by what the flags of `update` say: what they leave out stays.
 * @throws {TspodError} As mergeHealthcheck(); and if there is no check that they could change.
 */
export function changeHealthcheck(
  flags: HealthFlags,
  before: HealthcheckOptions | undefined,
): HealthcheckOptions {
  const onFailure = flags.onFailure === undefined ? before?.onFailure : parseOnFailure(flags.onFailure);
  if (flags.disable) {
    if (asksForCheck(flags))
      throw new TspodError("cannot specify both --no-healthcheck and other HealthCheck flags");
    return { ...DEFAULTS, test: ["NONE"], onFailure: onFailure ?? "none" };
  }
  const current = before?.test[0] === "NONE" ? undefined : before;
  const test = flags.command === undefined ? current?.test : parseTest(flags.command);
  if (test === undefined) throw new TspodError("healthcheck command is not set: set it with --health-cmd");
  if (flags.retries !== undefined && flags.retries < 1)
    throw new TspodError("healthcheck-retries must be greater than 0");
  const startup = test[0] === "NONE" ? undefined : changeStartup(flags.startup, current?.startup);
  return {
    test,
    interval: parseInterval(flags.interval) ?? current?.interval ?? DEFAULTS.interval,
    timeout: parseTimeout(flags.timeout) ?? current?.timeout ?? DEFAULTS.timeout,
    startPeriod: parseStartPeriod(flags.startPeriod) ?? current?.startPeriod ?? DEFAULTS.startPeriod,
    retries: flags.retries ?? current?.retries ?? DEFAULTS.retries,
    onFailure: onFailure ?? "none",
    ...(startup !== undefined && { startup }),
  };
}

function asksForCheck({
  command,
  interval,
  timeout,
  retries,
  startPeriod,
  startup = {},
}: HealthFlags): boolean {
  const said = [command, interval, timeout, retries, startPeriod, ...Object.values(startup)];
  return said.some((value) => value !== undefined);
}

function changeStartup(
  flags: StartupFlags = {},
  before: StartupCheckOptions | undefined,
): StartupCheckOptions | undefined {
  if (Object.values(flags).every((value) => value === undefined)) return before;
  const test = flags.command === undefined ? before?.test : parseTest(flags.command);
  if (test === undefined)
    throw new TspodError("startup healthcheck command is not set: set it with --health-startup-cmd");
  if (test[0] === "NONE") return undefined;
  return {
    test,
    interval: parseInterval(flags.interval) ?? before?.interval ?? DEFAULTS.interval,
    timeout: parseTimeout(flags.timeout) ?? before?.timeout ?? DEFAULTS.timeout,
    retries: flags.retries ?? before?.retries ?? 0,
    successes: flags.successes ?? before?.successes ?? 0,
  };
}
