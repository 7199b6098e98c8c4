import { confirm } from "../../../cli/confirm.ts";
import { defineCommand } from "../../../cli/define-command.ts";
import { pruneContainers } from "../../../container/prune.ts";
import { listContainers } from "../../../container/state/list.ts";
import { errorLine } from "../../../errors.ts";
import { splitFilter } from "../../../options/filter/filter-pair.ts";
import { ExitCode } from "../../../os/exit-code.ts";
import { containerFilter } from "../../../podman/container-filter.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { pruneFilter } from "../../flags/list-flags.ts";

export const command = defineCommand({
  name: "container prune",
  summary: "Remove all containers that do not run",
  description: "Asks first, unless --force is given. Volumes stay.",
  examples: [
    { line: "tspod container prune --force --filter until=24h", help: "remove those older than a day" },
  ],
  flags: {
    filter: pruneFilter("Remove only containers that fit: label, label!, until, …"),
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  async run(call) {
    const engine = engineOf(call);
    const now = Date.now();
    const containers = listContainers(engine);
    for (const filter of call.flags.filter) splitFilter(filter); // other words than those of ps
    const fits = containerFilter(call.flags.filter, { containers, now });
    if (!call.flags.force) {
      call.print("WARNING! This will remove all non running containers.");
      if (!confirm(call, "Are you sure you want to continue?")) return 0;
    }
    const { removed, errors } = await pruneContainers(
      engine,
      containers.filter((each) => !each.record.options.pod?.infra && fits(each)),
      {
        warn: call.warn,
      },
    );
    for (const id of removed) call.print(id);
    for (const line of errors) call.warn(errorLine(line));
    return errors.length > 0 ? ExitCode.failed : 0;
  },
});
