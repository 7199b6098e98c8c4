import { defineCommand } from "../../cli/define-command.ts";
import { printJson } from "../../cli/output/json.ts";
import { printReport } from "../../cli/output/report.ts";
import { usesNetwork } from "../../container/remove-network.ts";
import { listContainers } from "../../container/state/list.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { networkFilter } from "../../network/filter.ts";
import { listNetworks } from "../../network/networks.ts";
import { networkRow } from "../../podman/network-row.ts";
import { engineOf } from "../flags/engine-of.ts";
import { listFilter, templateFlag } from "../flags/list-flags.ts";

export const command = defineCommand({
  name: "network ls",
  summary: "List networks",
  description: "Lists all networks by their names, the default one among them.",
  examples: [
    {
      line: "tspod network ls --filter dangling=true --quiet",
      help: "names of the networks without a container",
    },
    { line: "tspod network ls --format '{{.Name}} {{.Driver}}'", help: "names and drivers" },
  ],
  flags: {
    filter: listFilter("Show only networks that fit: name, id, driver, label, label!, until, dangling"),
    format: templateFlag("Print with a Go template, as a table of one, or as json"),
    noheading: { type: "boolean", short: "n", help: "Print no column headings" },
    "no-trunc": { type: "boolean", help: "Print whole IDs" },
    quiet: { type: "boolean", short: "q", help: "Print names only" },
  },
  async run(call) {
    const { flags } = call;
    const engine = engineOf(call);
    const containers = flags.filter.length === 0 ? [] : listContainers(engine);
    const fits = networkFilter(flags.filter, {
      now: Date.now(),
      isUsed: ({ name }) => containers.some((container) => usesNetwork(container, name)),
    });
    const networks = listNetworks(networkPlace(engine)).filter(fits);
    if (flags.quiet) {
      for (const { name } of networks) call.print(name);
      return;
    }
    if (printJson(call.print, networks, { format: flags.format, indent: 2 })) return;
    await printReport(
      call,
      networks.map((network) => networkRow(network, { noTrunc: flags["no-trunc"] })),
      {
        name: "ls",
        format: flags.format,
        columns: [
          ["NETWORK ID", (row) => row.ID],
          ["NAME", (row) => row.Name],
          ["DRIVER", (row) => row.Driver],
        ],
        heading: !flags.noheading,
        headings: { ID: "NETWORK ID" },
      },
    );
  },
});
