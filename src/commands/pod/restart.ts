import { defineCommand } from "../../cli/define-command.ts";
import { restartPod } from "../../pod/restart.ts";
import { podSelectionFlags, podsOrSelection } from "../flags/pod/select-pods.ts";
import { forEachPod } from "./for-each-pod.ts";
import { podStopOptions } from "./stop-options.ts";

export const command = defineCommand({
  name: "pod restart",
  operands: "POD [POD...]",
  summary: "Restart one or more pods",
  description: "Stops a pod and starts it again. One that does not run is started.",
  examples: [{ line: "tspod pod restart web", help: "all containers of a pod anew" }],
  flags: {
    all: { ...podSelectionFlags.all, help: "Restart all pods" },
    latest: podSelectionFlags.latest,
  },
  complete: "pod",
  check: podsOrSelection,
  run: (call) =>
    forEachPod(call, (engine, { pod }) => restartPod(engine, pod, podStopOptions({ ...call, flags: {} })), {
      prints: "id",
    }),
});
