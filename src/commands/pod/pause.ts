import { defineCommand } from "../../cli/define-command.ts";
import { pausePod } from "../../pod/signal.ts";
import { podSelectionFlags, podsOrSelection } from "../flags/pod/select-pods.ts";
import { forEachPod } from "./for-each-pod.ts";

export const command = defineCommand({
  name: "pod pause",
  operands: "POD [POD...]",
  summary: "Pause one or more pods",
  description: "Freezes all running containers of a pod, until pod unpause.",
  examples: [{ line: "tspod pod pause web", help: "all containers of a pod" }],
  flags: {
    all: { ...podSelectionFlags.all, help: "Pause all pods" },
    latest: podSelectionFlags.latest,
  },
  complete: "pod",
  check: podsOrSelection,
  run: (call) => forEachPod(call, (engine, { pod }) => pausePod(engine, pod), { prints: "id" }),
});
