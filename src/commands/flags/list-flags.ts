/**
 * `--filter` of a list: may be given several times, but not with commas, which may stand in a label.
 * @param help what of a list there is to filter by
 */
export function listFilter<H extends string>(help: H) {
  return { type: "list", short: "f", value: "KEY=VALUE", help } as const;
}

/** `--filter` of commands that remove: it has no letter, since -f is --force there. */
export function pruneFilter<H extends string>(help: H) {
  return { type: "list", value: "KEY=VALUE", help } as const;
}

/** `--format` with a Go template. */
export function templateFlag<H extends string>(help: H) {
  return { type: "string", value: "TEMPLATE", help } as const;
}

/** The flag --format where its letter is `-f`. */
export function shortTemplateFlag<H extends string>(help: H) {
  return { type: "string", short: "f", value: "TEMPLATE", help } as const;
}
