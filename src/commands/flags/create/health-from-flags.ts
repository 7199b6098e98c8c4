import type { FlagValues } from "../../../cli/flags/flag.ts";
import { findHealthLogDestination } from "../../../container/create/health-log-destination.ts";
import { TspodError } from "../../../errors.ts";
import type { CreateOptions, HealthcheckOptions } from "../../../options/create-options.ts";
import { DEFAULT_HEALTH_LOG, healthLogOf } from "../../../options/health-log.ts";
import {
  changeHealthcheck,
  type HealthFlags,
  mergeHealthcheck,
  type StartupFlags,
} from "../../../options/parse/healthcheck.ts";
import type { CreateContext } from "./create-context.ts";
import type { healthFlags } from "./health-flags.ts";

type Flags = FlagValues<typeof healthFlags>;
type HealthOptions = Pick<CreateOptions, "healthcheck" | "healthLog">;
type Surroundings = Pick<CreateContext, "cwd" | "given">;

/** Flags of the check itself; those of its log are for a container without one, too. */
const LOG_FLAGS: readonly string[] = [
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

/**
 * What the flags of `update` change of a container's health check, and of its log.
 * @throws {TspodError} As healthFromFlags(); and if there is no health check to change.
 */
export function healthChanges(
  flags: Flags,
  surroundings: Surroundings,
): (before: HealthOptions) => HealthOptions {
  const { given } = surroundings;
  const isGiven = (name: string) => given.has(name);
  const words = healthWords(flags);
  const asked = { ...words, onFailure: isGiven("health-on-failure") ? words.onFailure : undefined };
  const changesCheck = [...given].some(
    (name) => (name.startsWith("health-") && !LOG_FLAGS.includes(name)) || name === "no-healthcheck",
  );
  return (before) => ({
    ...(changesCheck && { healthcheck: changed(asked, before.healthcheck) }),
    ...logFromFlags(flags, surroundings, healthLogOf(before)),
  });
}

/** As with `run`: without a check there is nothing to act on. */
function changed(asked: HealthFlags, before: HealthcheckOptions | undefined): HealthcheckOptions {
  const { onFailure, ...check } = asked;
  const onlyAction = Object.values({ ...check, startup: undefined, disable: undefined }).every(
    (value) => value === undefined,
  );
  if (before === undefined && onFailure !== undefined && onlyAction && !check.disable)
    throw new TspodError(`cannot set on-failure action to ${onFailure} without a health check`);
  return changeHealthcheck(asked, before);
}

function createLog(flags: Flags, context: CreateContext): Pick<HealthOptions, "healthLog"> {
  try {
    return logFromFlags(flags, context, DEFAULT_HEALTH_LOG);
  } catch (cause) {
    throw new TspodError("running container create option", { cause });
  }
}

function logFromFlags(
  flags: Flags,
  { cwd, given }: Surroundings,
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

function healthWords(flags: Flags): HealthFlags & { readonly startup: StartupFlags } {
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
