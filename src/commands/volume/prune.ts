import { confirm } from "../../cli/confirm.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { volumeFilter } from "../../volume/filter.ts";
import { removeUnusedVolumes, unusedVolumes } from "../../volume/prune.ts";
import { pruneFilter } from "../flags/list-flags.ts";

export const command = defineCommand({
  name: "volume prune",
  summary: "Remove all volumes that no container uses",
  description: "Removes their content. Lists them and asks first, unless --force is given.",
  examples: [
    { line: "tspod volume prune --filter label=temporary", help: "remove unused volumes with a label" },
  ],
  flags: {
    filter: pruneFilter("Remove only volumes that fit: label, label!, name, opt, …"),
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  async run(call) {
    const store = call.store();
    const fits = volumeFilter(store, call.flags.filter, { now: Date.now() });
    const unused = unusedVolumes(store, fits);
    if (!call.flags.force) {
      call.print(
        "WARNING! This will remove all volumes not used by at least one container. The following volumes will be removed:",
      );
      for (const name of unused) call.print(name);
      if (unused.length === 0) {
        call.print("No dangling volumes found");
        return;
      }
      if (!confirm(call, "Are you sure you want to continue?")) return;
    }
    for (const name of await removeUnusedVolumes(store, unused)) call.print(name);
  },
});
