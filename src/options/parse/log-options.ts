import { TspodError } from "../../errors.ts";
import type { LogOptions } from "../create-options.ts";
import { parseDecimalSize } from "./size.ts";

/**
 * --log-driver and all of --log-opt.
 * @param fallback the driver where none is named; a path or a size asks for a file
 * @throws {TspodError} If the driver is unknown, or an option has no value.
 */
export function parseLogOptions(
  driver: string,
  options: readonly string[],
  fallback: LogOptions["driver"] = "k8s-file",
): LogOptions {
  const ofFile = options.some((option) => /^(path|max-size)=./.test(option));
  let log: LogOptions = { driver: driver === "" && !ofFile ? fallback : parseDriver(driver) };
  for (const option of options) {
    const equals = option.indexOf("=");
    if (equals < 1) throw new TspodError(`invalid log option "${option}"`);
    log = { ...log, ...parseOption(option.slice(0, equals), option.slice(equals + 1)) };
  }
  return log;
}

function parseDriver(text: string): LogOptions["driver"] {
  switch (text) {
    case "":
      return "k8s-file";
    case "k8s-file":
    case "json-file":
    case "journald":
    case "none":
    case "passthrough":
      return text;
    default:
      throw new TspodError("running container create option: invalid log driver: invalid argument");
  }
}

function parseOption(name: string, value: string): Partial<LogOptions> {
  switch (name) {
    case "path":
      return value === "" ? {} : { path: value };
    case "max-size":
      return { maxSize: parseDecimalSize(value) };
    case "max-file":
      return { maxFile: parseCount(value) };
    case "tag":
      return { tag: value };
    default:
      // Docker's labels, env, …: as podman, taken without a meaning.
      return {};
  }
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new TspodError(`invalid max-file "${text}" for --log-opt: must be a number from 1 to 9999`);
}
