import { InUseError } from "../errors.ts";
import { appendEvent } from "../storage/events.ts";
import { lockStorage } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { listVolumes, removeVolume, volumeUsers } from "../storage/volumes.ts";
import { confirm } from "./confirm.ts";
import { defineCommand } from "./framework/define-command.ts";
import { volumeEvent } from "./volumes/event.ts";
import { volumeFilter } from "./volumes/filter.ts";

export const command = defineCommand({
  name: "volume prune",
  summary: "Remove all volumes that no container uses",
  description: "Removes their content. Lists them and asks first, unless --force is given.",
  examples: [
    { line: "tspod volume prune --filter label=temporary", help: "remove unused volumes with a label" },
  ],
  flags: {
    filter: {
      type: "list",
      value: "KEY=VALUE",
      help: "Remove only volumes that fit: label, label!, name, opt, …",
    },
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  async run(call) {
    const store = call.store();
    const fits = volumeFilter(store, call.flags.filter);
    const unused = listVolumes(store)
      .filter((volume) => fits(volume) && volumeUsers(store, volume.name).length === 0)
      .map(({ name }) => name);
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
    for (const name of await removeUnused(store, unused)) call.print(name);
  },
});

/** One that has come into use meanwhile stays. */
async function removeUnused(store: Store, names: readonly string[]): Promise<string[]> {
  using _lock = await lockStorage(store, "exclusive");
  return names.filter((name) => {
    try {
      removeVolume(store, name);
    } catch (error) {
      if (error instanceof InUseError) return false;
      throw error;
    }
    appendEvent(store, volumeEvent("prune", name));
    return true;
  });
}
