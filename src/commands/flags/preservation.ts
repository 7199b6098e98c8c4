import type { FlagTable } from "../../cli/flags/flag.ts";
import type { Preservation } from "../../container/runtime/preserved-fds.ts";
import { FlagValueError } from "../../errors.ts";

/** The flags of commands whose process gets descriptors of the caller's. */
export const preservationFlags = {
  "preserve-fd": {
    type: "list",
    split: true,
    value: "FD",
    help: "Pass a descriptor on, under its number; those between that are not named are /dev/null",
  },
  "preserve-fds": {
    type: "int",
    unsigned: true,
    value: "N",
    default: 0,
    help: "Pass this many descriptors from 3 on into the container",
  },
} as const satisfies FlagTable;

/**
 * What --preserve-fds and --preserve-fd ask for.
 * @throws {FlagValueError} If one is no number.
 */
export function preservation(flags: {
  readonly "preserve-fds": number;
  readonly "preserve-fd": readonly string[];
}): Preservation {
  const numbers = flags["preserve-fd"].map((text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new FlagValueError("preserve-fd", text, `strconv.ParseUint: parsing "${text}": invalid syntax`);
  });
  return { count: flags["preserve-fds"], numbers };
}
