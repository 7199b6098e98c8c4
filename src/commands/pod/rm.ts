import { defineCommand } from "../../cli/define-command.ts";
import { removalExitCode } from "../../cli/removal-exit-code.ts";
import { errorLine, messageChain, TspodError } from "../../errors.ts";
import { PodNotRemovedError, removePod } from "../../pod/remove.ts";
import { NoSuchPodError } from "../../pod/state/pods.ts";
import { engineOf } from "../flags/engine-of.ts";
import {
  podSelectionFlags,
  podsOrSelection,
  type SelectedPod,
  selectPods,
} from "../flags/pod/select-pods.ts";
import { podStopOptions, podTimeFlag } from "./stop-options.ts";

export const command = defineCommand({
  name: "pod rm",
  operands: "POD [POD...]",
  summary: "Remove one or more pods",
  description:
    "Removes pods with all their containers and the anonymous volumes of these. Where a container runs, not only the infra container, --force is needed, which stops it first.",
  examples: [
    { line: "tspod pod rm web", help: "remove a pod that does not run" },
    { line: "tspod pod rm --force --all", help: "remove all pods, running or not" },
  ],
  exitCodes: { 1: "one of the pods did not exist, and nothing else failed" },
  flags: {
    all: { ...podSelectionFlags.all, help: "Remove all pods" },
    force: { type: "boolean", short: "f", help: "Stop running containers first" },
    ignore: podSelectionFlags.ignore,
    latest: podSelectionFlags.latest,
    "pod-id-file": podSelectionFlags["pod-id-file"],
    time: podTimeFlag,
  },
  complete: "pod",
  check: (call) =>
    podsOrSelection(call) ??
    (call.given.has("time") && !call.flags.force
      ? "--force option must be specified to use the --time option"
      : undefined),
  async run(call) {
    const engine = engineOf(call);
    const { force } = call.flags;
    let code = 0;
    const fail = (error: unknown): void => {
      if (!(error instanceof TspodError)) throw error;
      for (const line of errorLines(error)) call.warn(line);
      code = Math.max(code, error instanceof NoSuchPodError ? removalExitCode(error) : error.exitCode);
    };
    const selection = { ...call, flags: { ...call.flags, ignore: call.flags.ignore || force } };
    let selected: SelectedPod[] = [];
    try {
      selected = selectPods(engine, selection);
    } catch (error) {
      fail(error);
    }
    for (const { pod } of selected) {
      try {
        await removePod(engine, pod, { force, ...podStopOptions(call) });
        call.print(pod.record.id);
      } catch (error) {
        if (!(error instanceof NoSuchPodError && selection.flags.ignore)) fail(error);
      }
    }
    return code;
  },
});

/** As Podman: what was not removed, then a line for each container that is in the way. */
function errorLines(error: TspodError): string[] {
  if (!(error instanceof PodNotRemovedError)) return [errorLine(error)];
  const causes = error.errors.map(
    ({ id, error: cause }) => `error removing container ${id} from pod ${error.pod}: ${messageChain(cause)}`,
  );
  return [error.message, ...causes].map(errorLine);
}
