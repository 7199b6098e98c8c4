import { defineCommand } from "../../../cli/define-command.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import type { Container, ContainerPlace } from "../../../container/state/list.ts";
import { NotFoundError } from "../../../errors.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { logFlags, prefixes, showLogs } from "./show-logs.ts";

export const command = defineCommand({
  name: "logs",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Fetch the logs of containers",
  description: "What went to the container's stdout goes to stdout, what went to its stderr to stderr.",
  examples: [
    { line: "tspod logs --follow --tail 20 web", help: "the last 20 lines, and all that come" },
    { line: "tspod logs --since 10m web", help: "what was printed in the last ten minutes" },
  ],
  flags: {
    ...logFlags,
    details: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
    latest: selectionFlags.latest,
  },
  complete: "container",
  check({ flags, operands }) {
    if (flags.latest && operands.length > 0) return "--latest and containers cannot be used together";
    if (!flags.latest && operands.length === 0) return "specify at least one container name or ID to log";
    return undefined;
  },
  async run(call) {
    const { flags } = call;
    const engine = engineOf(call);
    const containers = flags.latest
      ? [latestContainer(engine)]
      : call.operands.map((name) => find(engine, name, flags));
    await showLogs(call, containers, prefixes(containers.length, flags.names));
  },
});

/** docker's `logs -n 5` asks for the last five lines; Podman's -n is --names. */
function find(engine: ContainerPlace, name: string, { names }: { readonly names: boolean }): Container {
  try {
    return findContainer(engine, name);
  } catch (error) {
    if (!(error instanceof NotFoundError) || !names || !/^\d+$/.test(name)) throw error;
    throw new NotFoundError(error.message, {
      advice: `-n is --names here: for the last lines --tail ${name}`,
    });
  }
}
