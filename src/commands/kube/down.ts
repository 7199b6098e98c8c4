import { defineCommand } from "../../cli/define-command.ts";

export const command = defineCommand({
  name: "kube down",
  operands: "FILE|DIRECTORY|URL|- [FILE...]",
  summary: "Stop and remove the pods that Kubernetes YAML describes",
  description:
    "Removes the pods and the secrets of the documents. Volumes of claims stay, unless --force is given. What is not there is fine.",
  examples: [
    { line: "tspod kube down web.yaml", help: "what kube play of the same file has made" },
    { line: "tspod kube down --force web.yaml", help: "with the data of its claims" },
  ],
  flags: {
    force: { type: "boolean", help: "Remove the volumes of claims as well" },
  },
  minOperands: 1,
  complete: "file",
  async run(call) {
    const { readSources } = await import("../../kube/read/read-sources.ts");
    const { downSources } = await import("./down-sources.ts");
    await downSources(call, await readSources(call.operands, call), { force: call.flags.force });
  },
});
