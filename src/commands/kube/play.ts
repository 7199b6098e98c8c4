import { defineCommand } from "../../cli/define-command.ts";
import { requireAuthFile } from "../../cli/require-file.ts";
import { playFlags } from "./play-flags.ts";

export const command = defineCommand({
  name: "kube play",
  operands: "FILE|DIRECTORY|URL|- [FILE...]",
  summary: "Make and start pods as Kubernetes YAML describes them",
  description:
    "Reads documents of the kinds Pod, Deployment, DaemonSet, StatefulSet, Job, ConfigMap, Secret, PersistentVolumeClaim, Service and RuntimeClass, makes what they ask for, and starts it. If anything fails, nothing of it is left.\n\n" +
    "A pod that is there as the document has it stays as it is; one that kube play has made from another state of the document is made anew. Fields that are not carried out are warned of, with file, line and path.",
  examples: [
    { line: "tspod kube play web.yaml", help: "the pods of a file" },
    { line: "helm template chart | tspod kube play -", help: "what another program renders" },
    { line: "tspod kube play --strict --replace deploy/", help: "a directory, anew, without any warning" },
    { line: "tspod kube play --wait job.yaml", help: "a job to its end, after which it is removed" },
  ],
  flags: playFlags,
  common: ["replace", "network", "publish", "configmap", "start", "strict", "wait"],
  minOperands: 1,
  complete: "file",
  check({ flags, given }) {
    if (flags["context-dir"] !== undefined && !(given.has("build") && flags.build))
      return "--build must be specified when using --context-dir option";
    if (flags.force && !flags.down) return "--force may be specified only with --down";
    if (flags["service-container"] && !flags.start)
      return "--service-container does not work with --start=stop";
    return undefined;
  },
  async run(call) {
    requireAuthFile(call.flags.authfile, call);
    const { runPlay } = await import("./run-play.ts");
    return runPlay(call);
  },
});
