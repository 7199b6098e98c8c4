import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import type { KubeDocument } from "../read/document.ts";

/** Names of kinds in the API's paths, where they are not the kind's with an s behind it. */
const PLURALS: Readonly<Record<string, string>> = {
  Ingress: "ingresses",
  NetworkPolicy: "networkpolicies",
  PriorityClass: "priorityclasses",
  RuntimeClass: "runtimeclasses",
  StorageClass: "storageclasses",
};

/** Kinds that are in no namespace. */
const WITHOUT_NAMESPACE = new Set([
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "Namespace",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
]);

/** The version of the API that a kind is of, where a document does not say. */
const VERSIONS: Readonly<Record<string, string>> = {
  DaemonSet: "apps/v1",
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  RuntimeClass: "node.k8s.io/v1",
};

/** `apps/v1`, as the document or else its kind has it. */
export function apiVersionOf({ apiVersion, kind }: Pick<KubeDocument, "apiVersion" | "kind">): string {
  return apiVersion || (ownValue(VERSIONS, kind) ?? "v1");
}

/** The namespace that an object goes to; undefined: its kind is in none. */
export function namespaceOf({ kind, value }: KubeDocument, asked: string): string | undefined {
  if (WITHOUT_NAMESPACE.has(kind)) return undefined;
  const { namespace } = (value.metadata ?? {}) as { readonly namespace?: unknown };
  return typeof namespace === "string" && namespace !== "" ? namespace : asked;
}

/**
 * Where an object lives on an API server: `/apis/apps/v1/namespaces/default/deployments/web`.
 * @param namespace where it goes, unless the document says or it is of none
 * @throws {TspodError} If the document has no name.
 */
export function resourcePath(document: KubeDocument, namespace: string): string {
  const { kind, name } = document;
  if (name === "") throw new TspodError(`${document.file}:${document.lineOf([])}: ${kind} without a name`);
  const version = apiVersionOf(document);
  const place = namespaceOf(document, namespace);
  return [
    version.includes("/") ? "/apis" : "/api",
    ...version.split("/").map(encodeURIComponent),
    ...(place === undefined ? [] : ["namespaces", encodeURIComponent(place)]),
    ownValue(PLURALS, kind) ?? `${kind.toLowerCase()}s`,
    encodeURIComponent(name),
  ].join("/");
}
