import type { FlagValues } from "../../../cli/flags/flag.ts";
import { findHealthLogDestination } from "../../../container/create/health-log-destination.ts";
import { TspodError } from "../../../errors.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import { DEFAULT_HEALTH_LOG } from "../../../options/health-log.ts";
import { type HealthFlags, mergeHealthcheck, type StartupFlags } from "../../../options/parse/healthcheck.ts";
import type { CreateContext } from "./create-context.ts";
import type { healthFlags } from "./health-flags.ts";

type Flags = FlagValues<typeof healthFlags>;
export type HealthOptions = Pick<CreateOptions, "healthcheck" | "healthLog">;
export type HealthSurroundings = Pick<CreateContext, "cwd" | "given">;

/** Flags of the log, which are for a container without a check, too. */
export const LOG_FLAGS: readonly string[] = [
  "health-log-destination",
  "health-max-log-count",
  "health-max-log-size",
];

/**
 * The health check that `run` and `create` ask for, and where its results go.
 * @throws {TspodError} If a value can't be read, or flags contradict each other.
 */
export function healthFromFlags(flags: Flags, context: CreateContext): HealthOptions {
  const healthcheck = mergeHealthcheck(healthWords(flags), context.image.Healthcheck);
  const onFailure = flags["health-on-failure"];
  if (context.imageKnown && healthcheck === undefined && onFailure !== "none")
    throw new TspodError(`cannot set on-failure action to ${onFailure} without a health check`);
  return {
    ...(healthcheck !== undefined && { healthcheck }),
    ...createLog(flags, context),
  };
}

function createLog(flags: Flags, context: CreateContext): Pick<HealthOptions, "healthLog"> {
  try {
    return logFromFlags(flags, context, DEFAULT_HEALTH_LOG);
  } catch (cause) {
    throw new TspodError("running container create option", { cause });
  }
}

/** What the flags say of the log; `before` holds where they say nothing. */
export function logFromFlags(
  flags: Flags,
  { cwd, given }: HealthSurroundings,
  before: NonNullable<HealthOptions["healthLog"]>,
): Pick<HealthOptions, "healthLog"> {
  if (!LOG_FLAGS.some((name) => given.has(name))) return {};
  const value = <T>(name: keyof Flags & string, asked: T, otherwise: T) =>
    given.has(name) ? asked : otherwise;
  return {
    healthLog: {
      destination: given.has("health-log-destination")
        ? findHealthLogDestination(flags["health-log-destination"], cwd)
        : before.destination,
      maxCount: value("health-max-log-count", flags["health-max-log-count"], before.maxCount),
      maxSize: value("health-max-log-size", flags["health-max-log-size"], before.maxSize),
    },
  };
}

/** The flags as they are merged with a health check. */
export function healthWords(flags: Flags): HealthFlags & { readonly startup: StartupFlags } {
  return {
    command: flags["health-cmd"],
    interval: flags["health-interval"],
    timeout: flags["health-timeout"],
    startPeriod: flags["health-start-period"],
    retries: flags["health-retries"],
    onFailure: flags["health-on-failure"],
    disable: flags["no-healthcheck"],
    startup: {
      command: flags["health-startup-cmd"],
      interval: flags["health-startup-interval"],
      timeout: flags["health-startup-timeout"],
      retries: flags["health-startup-retries"],
      successes: flags["health-startup-success"],
    },
  };
}
