import { TspodError } from "../../errors.ts";
import { parseDuration } from "../../options/duration.ts";
import type { FlagValues } from "./builder-flags.ts";
import type { Command, HealthcheckInstruction } from "./instruction.ts";
import { parseJsonForm } from "./json-form.ts";

const MILLISECOND = 1e6;

/**
 * `CMD command`, or `NONE`.
 * @throws {TspodError} For other words, and for times and numbers that make no sense.
 */
export function parseHealthcheck(rest: string, flags: FlagValues): HealthcheckInstruction {
  const [, type = "", argument = ""] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (type === "") throw new TspodError("HEALTHCHECK requires at least one argument");
  if (type.toUpperCase() === "NONE") return noCheck(argument);
  if (type.toUpperCase() !== "CMD") {
    throw new TspodError(`Unknown type "${type}" in HEALTHCHECK (try CMD)`);
  }
  const command = checkCommand(argument);
  return {
    kind: "healthcheck",
    command,
    interval: interval(flags, "interval"),
    timeout: interval(flags, "timeout"),
    startPeriod: interval(flags, "start-period"),
    startInterval: interval(flags, "start-interval"),
    retries: retries(flags),
  };
}

function noCheck(argument: string): HealthcheckInstruction {
  if (argument !== "") throw new TspodError("HEALTHCHECK NONE takes no arguments");
  return { kind: "healthcheck", command: "none" };
}

function checkCommand(argument: string): Command {
  const argv = parseJsonForm(argument);
  if (argument === "" || argv?.length === 0) throw new TspodError("Missing command after HEALTHCHECK CMD");
  return argv === undefined ? { form: "shell", text: argument } : { form: "exec", argv };
}

function interval(flags: FlagValues, name: string): number | undefined {
  const text = flags.one(name);
  if (text === undefined || text === "") return undefined;
  const duration = parseDuration(text);
  if (duration === 0) return undefined;
  if (duration < MILLISECOND) throw new TspodError(`Interval "${name}" cannot be less than 1ms`);
  return duration;
}

function retries(flags: FlagValues): number | undefined {
  const text = flags.one("retries");
  if (text === undefined || text === "") return undefined;
  if (!/^\d+$/.test(text)) throw new TspodError(`--retries must be a number of 0 or more, not "${text}"`);
  return Number(text) || undefined;
}
