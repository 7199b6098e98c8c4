import type { Preservation } from "../../container/runtime/preserved-fds.ts";
import { UsageError } from "../../errors.ts";

/**
 * What --preserve-fds and --preserve-fd ask for.
 * @throws {UsageError} If one is no number.
 */
export function preservation(flags: {
  readonly "preserve-fds": number;
  readonly "preserve-fd": readonly string[];
}): Preservation {
  const numbers = flags["preserve-fd"].map((text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new UsageError(
      `invalid argument "${text}" for "--preserve-fd" flag: strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  });
  return { count: flags["preserve-fds"], numbers };
}
