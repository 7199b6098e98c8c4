import { CACHE_TYPES, cacheUsage } from "../../build/cache/cache-usage.ts";
import { reclaimed } from "../../build/cache/prune-cache.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { renderTable } from "../../cli/output/table.ts";
import { shortId } from "../../oci/short-id.ts";
import { humanDuration } from "../../podman/human-duration.ts";
import { humanSize } from "../../podman/human-size.ts";

export const command = defineCommand({
  name: "builder du",
  summary: "Show what builds keep for later builds, and how much room that takes",
  description:
    "Lists cached steps, the directories of RUN --mount=type=cache, and digests of files (internal), what was used last first. RECLAIMABLE is false for a layer that an image has, too.",
  examples: [{ line: "tspod builder du", help: "each, and the sums" }],
  flags: { verbose: { type: "boolean", help: "Show full IDs" } },
  run(call) {
    const items = cacheUsage(call.store());
    const now = Date.now();
    const rows = items.map(({ id, kind, isShared, size, used, text }) => [
      call.flags.verbose ? id : shortId(id),
      CACHE_TYPES[kind],
      String(!isShared),
      humanSize(size),
      `${humanDuration((now - used) / 1000)} ago`,
      text,
    ]);
    call.write(renderTable([["ID", "TYPE", "RECLAIMABLE", "SIZE", "LAST ACCESSED", "STEP"], ...rows]));
    const total = items.reduce((sum, { size }) => sum + size, 0);
    call.print(`Reclaimable: ${humanSize(reclaimed(items))}`);
    call.print(`Total:       ${humanSize(total)}`);
  },
});
