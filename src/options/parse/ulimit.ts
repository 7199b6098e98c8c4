import { TspodError } from "../../errors.ts";
import type { Ulimit } from "../create-options.ts";

const TYPES = new Set([
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
]);

/** `--ulimit TYPE=SOFT[:HARD]`; -1 is unlimited. @throws {TspodError} If it is not of that form. */
export function parseUlimit(text: string): Ulimit {
  const fail = (reason: string) =>
    new TspodError(`ulimit option "${text}" requires name=SOFT:HARD, failed to be parsed: ${reason}`);
  const [name = "", limits] = text.split("=");
  if (limits === undefined) throw fail(`invalid ulimit argument: ${text}`);
  const type = name.toLowerCase().replace(/^rlimit_/, "");
  if (!TYPES.has(type)) throw fail(`invalid ulimit type: ${name}`);
  const values = limits.split(":");
  if (values.length > 2) {
    throw fail(`too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``);
  }
  const bad = values.find((value) => !/^-?\d+$/.test(value));
  if (bad !== undefined) throw fail(`strconv.ParseInt: parsing "${bad}": invalid syntax`);
  const [soft = 0, hard = soft] = values.map(Number);
  const beyond = "ulimit soft limit must be less than or equal to hard limit";
  if (hard !== -1 && soft === -1) throw fail(`${beyond}: soft: -1 (unlimited), hard: ${hard}`);
  if (hard !== -1 && soft > hard) throw fail(`${beyond}: ${soft} > ${hard}`);
  return { type: `RLIMIT_${type.toUpperCase()}`, soft, hard };
}
