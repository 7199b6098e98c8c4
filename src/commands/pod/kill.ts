import { defineCommand } from "../../cli/define-command.ts";
import { parseSignal } from "../../oci/signal.ts";
import { killPod } from "../../pod/signal.ts";
import { podSelectionFlags, podsOrSelection } from "../flags/pod/select-pods.ts";
import { forEachPod } from "./for-each-pod.ts";

export const command = defineCommand({
  name: "pod kill",
  operands: "POD [POD...]",
  summary: "Send a signal to the running containers of pods",
  description:
    "The signal goes to the first process of each container, the infra container's included. Without --signal it is SIGKILL.",
  examples: [{ line: "tspod pod kill --signal TERM web", help: "ask all containers of a pod to end" }],
  flags: {
    all: { ...podSelectionFlags.all, help: "Signal the containers of all pods" },
    latest: podSelectionFlags.latest,
    signal: {
      type: "string",
      short: "s",
      default: "KILL",
      complete: "signal",
      help: "Signal to send to the containers",
    },
  },
  complete: "pod",
  check: podsOrSelection,
  run(call) {
    const { number } = parseSignal(call.flags.signal);
    return forEachPod(call, (engine, { pod }) => killPod(engine, pod, number), { prints: "id" });
  },
});
