import { CACHE_TYPES, type CacheItem } from "../../build/cache/cache-usage.ts";
import { pruneCache, reclaimed } from "../../build/cache/prune-cache.ts";
import { confirm } from "../../cli/confirm.ts";
import { defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { UsageError } from "../../errors.ts";
import { parseDuration } from "../../options/duration.ts";
import { parseSize } from "../../options/parse/size.ts";
import { humanSize } from "../../podman/human-size.ts";

const flags = {
  all: {
    type: "boolean",
    short: "a",
    help: "Remove what images have, too, from the cache: the images keep it",
  },
  filter: {
    type: "list",
    value: "KEY=VALUE",
    help: "Remove only what fits: until or unused-for a duration, id, type=regular, type=exec.cachemount or type=internal",
  },
  force: { type: "boolean", short: "f", help: "Do not ask" },
  "keep-storage": {
    type: "string",
    value: "SIZE",
    aliases: ["max-used-space"],
    help: "Let so much stay, of what was used last",
  },
  "reserved-space": {
    type: "string",
    value: "SIZE",
    help: "Let so much stay, whatever the other limits say",
  },
  "min-free-space": {
    type: "string",
    value: "SIZE",
    help: "Remove only until the file system has so much free",
  },
  verbose: { type: "boolean", hidden: true, help: "Ignored: everything that goes is listed" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "builder prune",
  summary: "Remove what builds keep for later builds",
  description:
    "Removes the cached steps of builds, the directories of RUN --mount=type=cache and the digests of files that builds remember, and lists what has gone. Images stay whole. Asks first, unless --force is given.",
  examples: [
    { line: "tspod builder prune --force", help: "everything that no image has" },
    { line: "tspod builder prune --filter until=24h", help: "what was not used for a day" },
    { line: "tspod builder prune --keep-storage 10gb", help: "the oldest, until 10 GB are left" },
    { line: "tspod builder prune --min-free-space 20gb", help: "the oldest, until the disk has 20 GB free" },
  ],
  flags,
  async run(call) {
    const { all, filter, force, "keep-storage": keep } = call.flags;
    const { "reserved-space": reserved, "min-free-space": free } = call.flags;
    const tests = filter.map((text) => parseFilter(text, Date.now()));
    const [max, reservedBytes, minFree] = [keep, reserved, free].map((text) =>
      text === undefined ? undefined : parseSize(text),
    );
    if (!force) {
      call.print("WARNING! This will remove all dangling build cache.");
      if (!confirm(call, "Are you sure you want to continue?")) return;
    }
    const removed = await pruneCache(call.store(), {
      fits: (item) => (all || !item.isShared) && tests.every((fits) => fits(item)),
      max,
      reserved: reservedBytes,
      minFree,
    });
    for (const { id, size } of removed) call.print(`${id}\t${humanSize(size)}`);
    call.print(`Total reclaimed space: ${humanSize(reclaimed(removed))}`);
  },
});

function parseFilter(text: string, now: number): (item: CacheItem) => boolean {
  const at = text.indexOf("=");
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  switch (key) {
    case "until":
    case "unused-for": {
      const before = now - parseDuration(value) / 1e6;
      return ({ used }) => used <= before;
    }
    case "id":
      return ({ id }) => id.startsWith(value);
    case "type":
      return ({ kind }) => CACHE_TYPES[kind] === value;
    default:
      throw new UsageError(`invalid filter "${text}": use until=, unused-for=, id= or type=`);
  }
}
