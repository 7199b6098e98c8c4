import { defineCommand } from "../../cli/define-command.ts";
import { clonePod } from "../../pod/clone-pod.ts";
import { removePod } from "../../pod/remove.ts";
import { startPod } from "../../pod/start.ts";
import { findPod } from "../../pod/state/pods.ts";
import { runtimeOf } from "../flags/create/surroundings-of.ts";
import { engineOf } from "../flags/engine-of.ts";
import { podChanges } from "../flags/pod/pod-changes.ts";
import { podSettingFlags } from "../flags/pod/pod-flags.ts";

export const command = defineCommand({
  name: "pod clone",
  operands: "POD [NAME]",
  summary: "Clone a pod and the containers in it",
  description:
    "Makes a pod with the settings of another, and in it a clone of each of its containers, each under a name of its own. Flags change the settings of the new pod. Its ID is printed. Named volumes are shared with the original, anonymous ones are the clone's own; a published port can be in use by one of the two only.",
  examples: [
    { line: "tspod pod clone --memory 1g web", help: "web-clone, with another limit" },
    { line: "tspod pod clone --destroy --start web web2", help: "web2 in the place of web" },
  ],
  flags: {
    ...podSettingFlags,
    destroy: { type: "boolean", help: "Remove the original pod, whether it runs or not" },
    name: { type: "string", short: "n", value: "NAME", help: "Name of the new pod" },
    start: { type: "boolean", help: "Start the new pod" },
  },
  common: ["name", "start", "destroy", "memory", "volume", "label"],
  minOperands: 1,
  maxOperands: 2,
  complete: ["pod", "none"],
  async run(call) {
    const [original = "", nameOperand] = call.operands;
    const name = nameOperand ?? (call.flags.name || undefined);
    const engine = engineOf(call);
    const old = findPod(engine, original);
    const pod = await clonePod(engine, old, {
      name,
      changes: podChanges(call, call.flags, old),
      runtime: runtimeOf(call),
      createCommand: call.argv,
    });
    if (call.flags.destroy) await removePod(engine, old, { force: true, warn: call.warn });
    if (call.flags.start) await startPod(engine, pod);
    call.print(pod.record.id);
  },
});
