import type { FlagValues } from "../../cli/flags/flag.ts";
import { TspodError } from "../../errors.ts";
import type { HealthcheckOptions } from "../../options/create-options.ts";
import { healthLogOf } from "../../options/health-log.ts";
import { changeHealthcheck } from "../../options/parse/change-healthcheck.ts";
import type { HealthFlags } from "../../options/parse/healthcheck.ts";
import type { healthFlags } from "./create/health-flags.ts";
import {
  type HealthOptions,
  type HealthSurroundings,
  healthWords,
  LOG_FLAGS,
  logFromFlags,
} from "./create/health-from-flags.ts";

type Flags = FlagValues<typeof healthFlags>;

/**
 * What the flags of `update` change of a container's health check, and of its log.
 * @throws {TspodError} As healthFromFlags(); and if there is no health check to change.
 */
export function healthChanges(
  flags: Flags,
  surroundings: HealthSurroundings,
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
