import { defineCommand } from "../../cli/define-command.ts";
import { unpausePod } from "../../pod/signal.ts";
import { podSelectionFlags, podsOrSelection } from "../flags/pod/select-pods.ts";
import { forEachPod } from "./for-each-pod.ts";

export const command = defineCommand({
  name: "pod unpause",
  operands: "POD [POD...]",
  summary: "Unpause one or more pods",
  description: "Lets the frozen containers of a pod go on.",
  examples: [{ line: "tspod pod unpause web", help: "all containers of a pod" }],
  flags: {
    all: { ...podSelectionFlags.all, help: "Unpause all pods" },
    latest: podSelectionFlags.latest,
  },
  complete: "pod",
  check: podsOrSelection,
  run: (call) =>
    forEachPod(call, (engine, { pod }) => unpausePod(engine, pod), {
      prints: "id",
      skips: ({ pod }) => call.flags.all && pod.status !== "Paused" && pod.status !== "Degraded",
    }),
});
