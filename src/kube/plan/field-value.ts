import { ownValue } from "../../oci/shape.ts";
import { quantityValue } from "../schema/quantity.ts";
import type { ResourceRef } from "../types/container.ts";
import type { PodFacts } from "./facts.ts";

const SUBSCRIPT = /^metadata\.(labels|annotations)\['(.+)'\]$/;

/**
 * What a `fieldRef` stands for; undefined where it is not known before the pod runs, or no field.
 */
export function fieldValue(fieldPath: string, facts: PodFacts): string | undefined {
  const [, of, key] = SUBSCRIPT.exec(fieldPath) ?? [];
  if (of !== undefined && key !== undefined)
    return ownValue(of === "labels" ? facts.labels : facts.annotations, key) ?? "";
  switch (fieldPath) {
    case "metadata.name":
      return facts.podName;
    case "metadata.uid":
      return facts.podId;
    case "metadata.namespace":
      return facts.namespace;
    case "spec.nodeName":
      return facts.nodeName;
    case "spec.serviceAccountName":
      return facts.serviceAccount;
    // In files of downwardAPI volumes only.
    case "metadata.labels":
      return lines(facts.labels);
    case "metadata.annotations":
      return lines(facts.annotations);
    default:
      return undefined;
  }
}

function lines(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join("\n");
}

/**
 * What a `resourceFieldRef` stands for: an amount in units of its divisor, rounded up; undefined for what
 * there is no such field. A limit that is not set is what the machine has.
 * @param own name of the container that it stands in
 */
export function resourceValue(ref: ResourceRef, own: string, facts: PodFacts): string | undefined {
  const amounts = facts.resources.get(ref.containerName || own);
  const [of, name = ""] = ref.resource.split(/\.(.*)/s);
  if (amounts === undefined || (of !== "limits" && of !== "requests")) return undefined;
  if (name !== "cpu" && name !== "memory" && name !== "ephemeral-storage") return undefined;
  const limit = amounts.limits[name] ?? nodeAmount(name, facts);
  const amount = of === "limits" ? limit : (amounts.requests[name] ?? amounts.limits[name] ?? 0);
  const divisor = quantityValue(ref.divisor ?? 1) || 1;
  // Binary fractions of decimal quantities: 0.3 / 0.1 is no 4.
  return `${Math.ceil(Number((quantityValue(amount) / divisor).toPrecision(12)))}`;
}

function nodeAmount(name: string, { node }: PodFacts): number {
  return name === "cpu" ? node.cpus : name === "memory" ? node.memory : 0;
}
