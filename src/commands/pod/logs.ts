import { defineCommand } from "../../cli/define-command.ts";
import type { Container } from "../../container/state/list.ts";
import { NotFoundError } from "../../errors.ts";
import { shownMembers } from "../../pod/shown-members.ts";
import { isInfra } from "../../pod/start.ts";
import { findPod, latestPod, type Pod } from "../../pod/state/pods.ts";
import { logFlags, prefixes, showLogs } from "../container/look/show-logs.ts";
import { engineOf } from "../flags/engine-of.ts";
import { podSelectionFlags } from "../flags/pod/select-pods.ts";

export const command = defineCommand({
  name: "pod logs",
  operands: "POD",
  summary: "Fetch the logs of a pod's containers",
  description:
    "The lines of all containers as they came; where there are several, each is led by the container's ID, or its name.",
  examples: [
    { line: "tspod pod logs --follow --names web", help: "all lines, and all that come" },
    { line: "tspod pod logs --container db web", help: "those of one container" },
  ],
  flags: {
    ...logFlags,
    container: {
      type: "string",
      short: "c",
      value: "CONTAINER",
      complete: "container",
      help: "Only the container of that name or ID",
    },
    latest: podSelectionFlags.latest,
  },
  complete: "pod",
  check({ flags, operands }) {
    if (operands.length > 1) return "requires exactly 1 arg";
    if (flags.latest && operands.length > 0) return "--latest and pods cannot be used together";
    if (!flags.latest && operands.length === 0) return "specify at least one pod name or ID to log";
    return undefined;
  },
  async run(call) {
    const engine = engineOf(call);
    const pod = call.flags.latest ? latestPod(engine) : findPod(engine, call.operands[0] ?? "");
    const containers = shown(pod, { name: call.flags.container, asked: call.operands[0] ?? pod.record.name });
    await showLogs(call, containers, prefixes(containers.length, call.flags.names));
  },
});

/** @throws {NotFoundError} In Podman's words, if there is no such container in the pod. */
function shown(
  pod: Pod,
  { name, asked }: { readonly name: string | undefined; readonly asked: string },
): readonly Container[] {
  if (!name) return shownMembers(pod);
  const members = pod.members.filter((member) => !isInfra(member));
  const found =
    members.find(({ record }) => record.name === name) ??
    members.find(({ record }) => record.id.startsWith(name));
  if (found !== undefined) return [found];
  throw new NotFoundError(`container ${name} is not in pod ${asked}: no such container`);
}
