const filter = {
  type: "list",
  value: "KEY=VALUE",
  help: "Only containers that fit, as with ps --filter",
} as const;

/** Flags that say which containers a command works on. */
export const selectionFlags = {
  all: { type: "boolean", short: "a", help: "All containers" },
  latest: { type: "boolean", short: "l", help: "Act on the latest container that was created" },
  cidfile: { type: "list", value: "FILE", complete: "file", help: "Read the container ID from the file" },
  ignore: { type: "boolean", short: "i", help: "Ignore containers that are not there" },
  filter: { ...filter, short: "f" },
  /** Where -f is --force. */
  filterWithoutLetter: filter,
} as const;

/** What Podman says where neither a name nor --latest is given. */
export function missingName(words: readonly string[]): string {
  return `"tspod ${words.join(" ")}" requires a name, id, or the "--latest" flag`;
}

/** Either names or a flag that selects, in Podman's words. */
export function namesOrSelection({
  flags,
  operands,
}: {
  readonly flags: {
    readonly all?: boolean;
    readonly latest?: boolean;
    readonly cidfile?: readonly string[];
    readonly filter?: readonly string[];
  };
  readonly operands: readonly string[];
}): string | undefined {
  const { all = false, latest = false, cidfile = [], filter = [] } = flags;
  if (filter.length > 0) return operands.length > 0 ? "--filter takes no arguments" : undefined;
  if ((all || latest) && cidfile.length > 0) return "--all, --latest, and --cidfile cannot be used together";
  if (all && latest) return "--all and --latest cannot be used together";
  if (all && operands.length > 0) return "no arguments are needed with --all";
  if (latest && operands.length > 0) return "--latest and containers cannot be used together";
  if (cidfile.length > 0 && operands.length > 0) return "no arguments are needed with --latest or --cidfile";
  if (!all && !latest && cidfile.length === 0 && operands.length === 0)
    return "you must provide at least one name or id";
  return undefined;
}
