import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { removePod } from "../../pod/remove.ts";
import { findPod, NoSuchPodError } from "../../pod/state/pods.ts";
import { engineOf } from "../flags/engine-of.ts";
import { makePod } from "../flags/pod/make-pod.ts";
import { podCreateFlags } from "../flags/pod/pod-flags.ts";

export const command = defineCommand({
  name: "pod create",
  operands: "[NAME]",
  summary: "Create a new empty pod",
  description:
    "Makes a pod, and its infra container, which holds what the pod's containers share. Its ID is printed. Containers are put into it by --pod of run and create; pod start starts it.",
  examples: [
    { line: "tspod pod create --name web -p 8080:80", help: "a pod whose port 80 is reached on port 8080" },
    { line: "tspod run -d --pod web httpd", help: "a container in it" },
  ],
  flags: podCreateFlags,
  common: ["name", "publish", "network", "label", "share", "memory", "volume"],
  maxOperands: 1,
  check: ({ flags, operands }) =>
    flags.name !== undefined && operands.length > 0
      ? "cannot specify --name and NAME at the same time"
      : undefined,
  async run(call) {
    const name = call.operands[0] ?? (call.flags.name || undefined);
    if (call.flags.replace) {
      if (name === undefined) throw new TspodError("cannot replace pod without --name being set");
      await removeNamed(name);
    }
    const pod = await makePod(call, { ...call.flags, name }, call.given);
    call.print(pod.record.id);

    async function removeNamed(asked: string): Promise<void> {
      const engine = engineOf(call);
      try {
        const old = findPod(engine, asked);
        // An ID that begins so is another pod.
        if (old.record.name === asked) await removePod(engine, old, { force: true, warn: call.warn });
      } catch (error) {
        if (!(error instanceof NoSuchPodError)) throw error;
      }
    }
  },
});
