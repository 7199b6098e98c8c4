import type { FlagTable } from "../../cli/flags/flag.ts";

/** What all inspect commands have. */
export const inspectFlags = {
  format: {
    type: "string",
    short: "f",
    value: "TEMPLATE",
    default: "json",
    help: "Print with a Go template, or as json",
  },
} as const satisfies FlagTable;
