import { defineCommand } from "../../cli/define-command.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { podSelectionFlags } from "../flags/pod/select-pods.ts";
import { findLatestPod, podObject } from "../inspect/pod-object.ts";
import { printObjects } from "../inspect/print-objects.ts";

export const command = defineCommand({
  name: "pod inspect",
  operands: "POD [POD...]",
  summary: "Display the configuration of pods",
  description: "Prints what is known of each, as a JSON array, or with a Go template one after the other.",
  examples: [
    { line: "tspod pod inspect --format '{{.State}} {{.NumContainers}}' web", help: "what a pod does" },
  ],
  flags: { ...inspectFlags, latest: podSelectionFlags.latest },
  complete: "pod",
  check: ({ flags: { latest }, operands }) => {
    if (latest && operands.length > 0) return "--latest and arguments cannot be used together";
    return !latest && operands.length === 0 ? "no names or ids specified" : undefined;
  },
  async run(call) {
    const finds = call.flags.latest
      ? [() => findLatestPod(call)]
      : call.operands.map((name) => () => podObject(call, name));
    await printObjects(call, finds, { format: call.flags.format });
  },
});
