import { TspodError } from "../../errors.ts";
import type { HealthcheckConfig } from "../../oci/image-config.ts";
import type { HealthcheckOptions, StartupCheckOptions } from "../create-options.ts";
import { parseDuration } from "../duration.ts";

const SECOND = 1e9;
/** Times in nanoseconds. */
export const DEFAULTS = { interval: 30 * SECOND, timeout: 30 * SECOND, startPeriod: 0, retries: 3 };

/** What the flags of any check say. */
interface CheckFlags {
  readonly command?: string | undefined;
  readonly interval?: string | undefined;
  readonly timeout?: string | undefined;
  readonly retries?: number | undefined;
}

/** What the --health- flags say; absent ones are left to the image. */
export interface HealthFlags extends CheckFlags {
  readonly startPeriod?: string | undefined;
  readonly onFailure?: string | undefined;
  readonly disable: boolean;
  readonly startup?: StartupFlags;
}

/** What the --health-startup- flags say. */
export interface StartupFlags extends CheckFlags {
  readonly successes?: number | undefined;
}

/**
 * The health check in effect: flags go before the image's values, those before the defaults; without a
 * command there is none.
 * @throws {TspodError} If a value can't be read or is out of range.
 */
export function mergeHealthcheck(
  flags: HealthFlags,
  image: HealthcheckConfig | null | undefined,
): HealthcheckOptions | undefined {
  const onFailure = parseOnFailure(flags.onFailure ?? "none");
  if (flags.disable) {
    if (flags.command !== undefined)
      throw new TspodError("cannot specify both --no-healthcheck and --health-cmd");
    if (parseStartup(flags.startup) !== undefined)
      throw new TspodError("cannot specify both --no-healthcheck and --health-startup-cmd");
    return { ...DEFAULTS, test: ["NONE"], onFailure };
  }
  const test =
    flags.command === undefined || flags.command === "" ? (image?.Test ?? []) : parseTest(flags.command);
  if (flags.retries !== undefined && flags.retries < 1)
    throw new TspodError("healthcheck-retries must be greater than 0");
  const startup = parseStartup(flags.startup);
  if (test.length === 0 && startup !== undefined)
    throw new TspodError(
      "cannot set a startup healthcheck when there is no regular healthcheck: invalid argument",
    );
  const options = {
    test: [...test],
    interval: parseInterval(flags.interval) ?? orDefault(image?.Interval, DEFAULTS.interval),
    timeout: parseTimeout(flags.timeout) ?? orDefault(image?.Timeout, DEFAULTS.timeout),
    startPeriod: parseStartPeriod(flags.startPeriod) ?? image?.StartPeriod ?? DEFAULTS.startPeriod,
    retries: flags.retries ?? orDefault(image?.Retries, DEFAULTS.retries),
    onFailure,
    ...(startup !== undefined && { startup }),
  };
  return test.length === 0 ? undefined : options;
}

function parseStartup(flags: StartupFlags = {}): StartupCheckOptions | undefined {
  if (flags.command === undefined || flags.command === "") return undefined;
  return {
    test: parseTest(flags.command),
    interval: parseInterval(flags.interval) ?? DEFAULTS.interval,
    timeout: parseTimeout(flags.timeout) ?? DEFAULTS.timeout,
    retries: flags.retries ?? 0,
    successes: flags.successes ?? 0,
  };
}

/** The image's 0 means the default. */
function orDefault(value: number | undefined, fallback: number): number {
  return value === undefined || value === 0 ? fallback : value;
}

/** `none`; a JSON array or `CMD …`: run as it is; anything else: a line for the shell. */
export function parseTest(text: string): string[] {
  const list = parseJsonList(text) ?? splitKeyword(text);
  if (list === undefined) return ["CMD-SHELL", text];
  const [first = "", ...rest] = list;
  const keyword = first.toUpperCase();
  if (keyword === "NONE") return ["NONE"];
  if (keyword === "CMD" || keyword === "CMD-SHELL") return [keyword, ...rest];
  return list.length === 1 ? ["CMD-SHELL", first] : ["CMD", ...list];
}

function parseJsonList(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined; // a shell's own `[ -f x ]`
  }
}

function splitKeyword(text: string): string[] | undefined {
  if (/^none$/i.test(text)) return ["NONE"];
  const [, shellLine] = /^CMD-SHELL\s+(.*)$/is.exec(text) ?? [];
  if (shellLine !== undefined) return ["CMD-SHELL", shellLine];
  return /^CMD\s/i.test(text) ? text.split(/\s+/).filter(Boolean) : undefined;
}

export function parseInterval(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text === "disable" ? 0 : parse(text, "healthcheck-interval");
}

export function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const timeout = parse(text, "healthcheck-timeout");
  // Podman's words, and its rule: what is below a second is taken.
  if (timeout <= 0) throw new TspodError("healthcheck-timeout must be at least 1 second");
  return timeout;
}

export function parseStartPeriod(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const period = parse(text, "healthcheck-start-period");
  if (period < 0) throw new TspodError("healthcheck-start-period must be 0 seconds or greater");
  return period;
}

function parse(text: string, name: string): number {
  try {
    return parseDuration(text);
  } catch (cause) {
    throw new TspodError(`invalid ${name}`, { cause });
  }
}

export function parseOnFailure(text: string): HealthcheckOptions["onFailure"] {
  if (text === "none" || text === "kill" || text === "restart" || text === "stop") return text;
  throw new TspodError(
    `invalid on-failure action "${text}" for health check: supported actions are none,kill,restart,stop`,
  );
}
