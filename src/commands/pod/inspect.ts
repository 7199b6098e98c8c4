import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { engineOf } from "../flags/engine-of.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { podSelectionFlags, selectPods } from "../flags/pod/select-pods.ts";
import { findLatestPod, podObject } from "../inspect/pod-object.ts";
import { printObjects } from "../inspect/print-objects.ts";

const flags = {
  format: {
    ...inspectFlags.format,
    help: "Print with a Go template, as json, or as a picture: svg, or dot for graphviz",
  },
  latest: podSelectionFlags.latest,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "pod inspect",
  operands: "POD [POD...]",
  summary: "Display the configuration of pods",
  description:
    "Prints what is known of each, as a JSON array, or with a Go template one after the other. With svg and dot it draws them: containers with what they wait for, volumes, and published ports.",
  examples: [
    { line: "tspod pod inspect --format '{{.State}} {{.NumContainers}}' web", help: "what a pod does" },
    {
      line: "tspod pod inspect --format svg web >web.svg",
      help: "a picture of its containers, volumes and ports",
    },
  ],
  flags,
  complete: "pod",
  check: ({ flags: { latest }, operands }) => {
    if (latest && operands.length > 0) return "--latest and arguments cannot be used together";
    return !latest && operands.length === 0 ? "no names or ids specified" : undefined;
  },
  async run(call) {
    const { format } = call.flags;
    if (format === "svg" || format === "dot") return drawPods(call, format);
    const finds = call.flags.latest
      ? [() => findLatestPod(call)]
      : call.operands.map((name) => () => podObject(call, name));
    await printObjects(call, finds, { format: call.flags.format });
  },
});

/** A picture of the pods, all in one. @throws {NoSuchPodError} If one of them is not there. */
async function drawPods(call: Call<typeof flags>, format: "svg" | "dot"): Promise<void> {
  const { kubeDot, kubeSvg } = await import("../../kube/graph/draw.ts");
  const { graphOfPod } = await import("../../kube/graph/of-pod.ts");
  const pods = selectPods(engineOf(call), call);
  const drawn = pods.map(({ pod }) => graphOfPod(pod));
  for (const line of format === "svg" ? kubeSvg(drawn) : kubeDot(drawn)) call.print(line);
}
