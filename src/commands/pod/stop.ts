import { defineCommand } from "../../cli/define-command.ts";
import { stopPod } from "../../pod/stop.ts";
import { podSelectionFlags, podsOrSelection } from "../flags/pod/select-pods.ts";
import { forEachPod } from "./for-each-pod.ts";
import { podStopOptions, podTimeFlag } from "./stop-options.ts";

export const command = defineCommand({
  name: "pod stop",
  operands: "POD [POD...]",
  summary: "Stop one or more pods",
  description: "Stops all containers of a pod at once, and then its infra container.",
  examples: [{ line: "tspod pod stop --time 2 web", help: "with two seconds to end by themselves" }],
  flags: {
    all: { ...podSelectionFlags.all, help: "Stop all running pods" },
    ignore: podSelectionFlags.ignore,
    latest: podSelectionFlags.latest,
    "pod-id-file": podSelectionFlags["pod-id-file"],
    time: podTimeFlag,
  },
  complete: "pod",
  check: podsOrSelection,
  run: (call) =>
    forEachPod(call, (engine, { pod }) => stopPod(engine, pod, podStopOptions(call)), { prints: "operand" }),
});
