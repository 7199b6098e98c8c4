import { join, resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { PODMAN_VERSION } from "../../config/product-version.ts";
import { TspodError } from "../../errors.ts";
import type { Cluster } from "../../kube/apply/kubeconfig.ts";
import type { KubeDocument } from "../../kube/read/document.ts";

const flags = {
  "ca-cert-file": {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "The certificate of the cluster's authority, in place of the kubeconfig's",
  },
  file: {
    type: "string",
    short: "f",
    value: "FILE",
    complete: "file",
    help: "Kubernetes YAML to send; - is stdin",
  },
  kubeconfig: {
    type: "string",
    short: "k",
    value: "FILE",
    complete: "file",
    help: "Where the cluster is, and who you are there (default: $KUBECONFIG, or ~/.kube/config)",
  },
  ns: {
    type: "string",
    value: "NAMESPACE",
    help: "Namespace of objects that say none (default: the kubeconfig's)",
  },
  service: { type: "boolean", short: "s", help: "Send a Service for the published ports as well" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "kube apply",
  operands: "[CONTAINER...|POD...|VOLUME...]",
  summary: "Send containers, pods, volumes or Kubernetes YAML to a cluster",
  description:
    "Sends what kube generate would write of the names, or the objects of a file, to the cluster of a kubeconfig's current context, by server-side apply: what is not there is made, what is there is changed. Tokens and client certificates are known as logins.",
  examples: [
    {
      line: "tspod kube apply --kubeconfig ~/.kube/config web",
      help: "a pod of this machine, in the cluster",
    },
    { line: "tspod kube apply --ns test -f app.yaml", help: "the objects of a file, in the namespace test" },
  ],
  flags,
  complete: "container-pod-or-volume",
  check({ flags: { file, service }, operands }) {
    if (file === undefined && operands.length === 0)
      return "nothing to send: name a pod, or a file by --file";
    if (file !== undefined && operands.length > 0) return "names and --file cannot be used together";
    return service && file !== undefined ? "--service cannot be used with --file" : undefined;
  },
  async run(call) {
    const cluster = await clusterOf(call);
    const documents = await documentsOf(call);
    const { applyDocuments } = await import("../../kube/apply/apply.ts");
    call.print("Deploying to cluster...");
    call.flush();
    const applied = await applyDocuments(documents, {
      cluster,
      namespace: call.flags.ns ?? cluster.namespace ?? "default",
      signal: call.signal,
    });
    for (const { kind, name, change } of applied) call.print(`${kind.toLowerCase()}/${name} ${change}`);
    call.print("Successfully deployed workloads to cluster!");
  },
});

type ApplyCall = Call<typeof flags>;

async function clusterOf({ flags: given, env, cwd }: ApplyCall): Promise<Cluster> {
  const { readKubeconfig } = await import("../../kube/apply/kubeconfig.ts");
  // $KUBECONFIG may be a list, of which kubectl merges all: the first has the current context.
  const [first = ""] = (env.KUBECONFIG ?? "").split(":");
  const path = given.kubeconfig || first || join(env.HOME ?? "", ".kube/config");
  const cluster = await readKubeconfig(resolve(cwd, path));
  const authority = given["ca-cert-file"];
  if (!authority) return cluster;
  const { readSmallFile } = await import("../../os/files/read-small-file.ts");
  return { ...cluster, authority: readSmallFile(resolve(cwd, authority)) };
}

async function documentsOf(call: ApplyCall): Promise<KubeDocument[]> {
  const { parseDocuments } = await import("../../kube/read/parse-documents.ts");
  const { file, service } = call.flags;
  if (file === undefined) {
    const { generateKube } = await import("../../kube/generate/generate.ts");
    const { kubeYaml } = await import("../../kube/generate/write-yaml.ts");
    const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
    const made = generateKube(place, call.operands, { kind: "pod", replicas: undefined, service });
    return parseDocuments(await kubeYaml(made, PODMAN_VERSION), "kube generate");
  }
  const { readSources } = await import("../../kube/read/read-sources.ts");
  const sources = await readSources([file], call);
  const all = await Promise.all(sources.map((source) => parseDocuments(source.text, source.file)));
  const documents = all.flat();
  if (documents.length === 0) throw new TspodError(`"${file}" has no object`);
  return documents;
}
