import { defineCommand } from "../../cli/define-command.ts";
import { startPod } from "../../pod/start.ts";
import { podSelectionFlags, podsOrSelection } from "../flags/pod/select-pods.ts";
import { forEachPod } from "./for-each-pod.ts";

export const command = defineCommand({
  name: "pod start",
  operands: "POD [POD...]",
  summary: "Start one or more pods",
  description:
    "Starts the infra container, then the init containers, each to its end, then all others. What runs already goes on.",
  examples: [{ line: "tspod pod start web", help: "start all containers of a pod" }],
  flags: {
    all: { ...podSelectionFlags.all, help: "Start all pods" },
    latest: podSelectionFlags.latest,
    "pod-id-file": podSelectionFlags["pod-id-file"],
  },
  complete: "pod",
  check: podsOrSelection,
  run: (call) => forEachPod(call, (engine, { pod }) => startPod(engine, pod), { prints: "operand" }),
});
