import { pruneCache } from "../../build/cache/prune-cache.ts";
import { confirm } from "../../cli/confirm.ts";
import { defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { removeUnusedImages } from "../../image/prune.ts";
import { imageFilter } from "../../podman/image-filter.ts";
import { pruneFilter } from "../flags/list-flags.ts";

const flags = {
  all: {
    type: "boolean",
    short: "a",
    help: "Remove all images that no container uses, not only those without a name",
  },
  "build-cache": {
    type: "boolean",
    help: "Remove the directories of RUN --mount=type=cache of all builds, too",
  },
  external: {
    type: "boolean",
    help: "Ignored: there are no containers of other programs in the store",
  },
  filter: pruneFilter("Remove only images that fit: label, label!, until, …"),
  force: { type: "boolean", short: "f", help: "Do not ask" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "image prune",
  summary: "Remove unused images",
  description:
    "Removes images that have no name and that no container uses, and what nothing else needs of them. Asks first, unless --force is given.",
  examples: [
    { line: "tspod image prune", help: "remove images without a name" },
    {
      line: "tspod image prune --all --force --filter until=240h",
      help: "remove unused images that are older than ten days",
    },
  ],
  flags,
  async run(call) {
    const { all, force, filter } = call.flags;
    const fits = imageFilter(call.store(), filter, { now: Date.now() });
    if (!force) {
      call.print(
        all
          ? "WARNING! This command removes all images without at least one container associated with them."
          : "WARNING! This command removes all dangling images.",
      );
      if (!confirm(call, "Are you sure you want to continue?")) return;
    }
    await removeUnusedImages(call.store(), { all, fits, removed: call.print });
    if (call.flags["build-cache"]) await pruneCache(call.store(), { fits: ({ kind }) => kind === "mount" });
  },
});
