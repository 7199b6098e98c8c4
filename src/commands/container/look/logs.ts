import { defineCommand } from "../../../cli/define-command.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import type { Container, ContainerPlace } from "../../../container/state/list.ts";
import { NotFoundError } from "../../../errors.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { logFlags, prefixes, showLogs } from "./show-logs.ts";

export const command = defineCommand({
  name: "logs",
  operands: "CONTAINER|POD [CONTAINER|POD...]",
  summary: "Fetch the logs of containers",
  description:
    "What went to the container's stdout goes to stdout, what went to its stderr to stderr. A pod stands for all its containers.",
  examples: [
    { line: "tspod logs --follow --tail 20 web", help: "the last 20 lines, and all that come" },
    { line: "tspod logs --since 10m web", help: "what was printed in the last ten minutes" },
  ],
  flags: {
    ...logFlags,
    details: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
    latest: selectionFlags.latest,
  },
  complete: "container-or-pod",
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
      : (await Promise.all(call.operands.map((name) => containersOf(engine, name, flags)))).flat();
    await showLogs(call, containers, prefixes(containers.length, flags.names));
  },
});

/** The container of that name; otherwise those of the pod. */
async function containersOf(
  engine: ContainerPlace,
  name: string,
  flags: { readonly names: boolean },
): Promise<readonly Container[]> {
  try {
    return [find(engine, name, flags)];
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const { podIfThere, shownMembers } = await import("../../../pod/shown-members.ts");
    const pod = podIfThere(engine, name);
    if (pod === undefined) throw error;
    return shownMembers(pod);
  }
}

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
