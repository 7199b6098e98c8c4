import { confirm } from "../../cli/confirm.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { removeUnusedNetworks, unusedNetworks } from "../../container/remove-network.ts";
import { networkFilter } from "../../network/filter.ts";
import { engineOf } from "../flags/engine-of.ts";
import { pruneFilter } from "../flags/list-flags.ts";

export const command = defineCommand({
  name: "network prune",
  summary: "Remove all networks that no container is in",
  description:
    "A stopped container counts, too; the default network stays. Asks first, unless --force is given, and prints the names of those that are gone.",
  examples: [
    { line: "tspod network prune --filter until=24h", help: "remove unused networks of before yesterday" },
  ],
  flags: {
    filter: pruneFilter("Remove only networks that fit: label, label!, until"),
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  async run(call) {
    const engine = engineOf(call);
    const fits = networkFilter(call.flags.filter, { now: Date.now(), isUsed: () => false, pruning: true });
    if (!call.flags.force) {
      call.print("WARNING! This will remove all networks not used by at least one container.");
      if (!confirm(call, "Are you sure you want to continue?")) return;
    }
    for (const name of await removeUnusedNetworks(engine, unusedNetworks(engine, fits))) call.print(name);
  },
});
