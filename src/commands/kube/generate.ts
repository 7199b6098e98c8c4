import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { kubeGenerateType } from "../../config/engine-settings.ts";
import { PODMAN_VERSION } from "../../config/product-version.ts";
import type { Setting } from "../../config/setting.ts";
import { InUseError, TspodError, UsageError } from "../../errors.ts";

const TYPES = ["pod", "deployment", "daemonset", "job"] as const;
type Type = (typeof TYPES)[number];

export const command = defineCommand({
  name: "kube generate",
  operands: "{CONTAINER...|POD...|VOLUME...}",
  summary: "Write Kubernetes YAML of containers, pods or volumes",
  description:
    "Containers that are in no pod become one pod together, a pod becomes one with all its containers, and a volume a claim. kube play makes the same of it again, and a cluster takes it.",
  examples: [
    { line: "tspod kube generate web >web.yaml", help: "a pod, or a container as a pod" },
    { line: "tspod kube generate --type deployment --replicas 3 web", help: "for a cluster, three times" },
  ],
  flags: {
    filename: {
      type: "string",
      short: "f",
      value: "FILE",
      complete: "file",
      help: "Write it to this file, which must not be there",
    },
    "no-trunc": { type: "boolean", hidden: true, help: "Ignored: annotations are never cut" },
    "podman-only": { type: "boolean", hidden: true, help: "Ignored: no annotations are needed" },
    replicas: { type: "int", unsigned: true, short: "r", value: "NUMBER", help: "Replicas of a deployment" },
    service: { type: "boolean", short: "s", help: "Write a Service for the published ports as well" },
    type: {
      type: "string",
      short: "t",
      value: "TYPE",
      default: "pod",
      choices: TYPES,
      help: "What it becomes",
    },
  },
  minOperands: 1,
  complete: "container-pod-or-volume",
  async run(call) {
    const { flags, operands, given } = call;
    const kind = (given.has("type") ? typeOf(flags.type) : undefined) ?? defaultType(call.conf);
    if (given.has("replicas") && kind !== "deployment")
      throw new UsageError("--replicas can only be set when --type is set to deployment");
    const path = flags.filename === undefined ? undefined : resolve(call.cwd, flags.filename);
    if (path !== undefined && existsSync(path))
      throw new InUseError(`cannot write to "${flags.filename}"; file exists`);
    const { generateKube } = await import("../../kube/generate/generate.ts");
    const { kubeYaml } = await import("../../kube/generate/write-yaml.ts");
    const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
    const documents = generateKube(place, operands, {
      kind,
      replicas: flags.replicas,
      service: flags.service,
    });
    const text = await kubeYaml(documents, PODMAN_VERSION);
    if (path === undefined) call.write(text);
    else writeFileSync(path, text, { flag: "wx" });
  },
});

/** containers.conf's kube_generate_type. @throws {TspodError} Naming its line, if it is no type. */
function defaultType(conf: readonly Setting[]): Type {
  const setting = kubeGenerateType(conf);
  if (setting === undefined) return "pod";
  const type = typeOf(setting.text);
  if (type === undefined)
    throw new TspodError(
      `${setting.source}: kube_generate_type "${setting.text}": is one of ${TYPES.join(", ")}`,
    );
  return type;
}

function typeOf(text: string): Type | undefined {
  return TYPES.find((type) => type === text);
}
