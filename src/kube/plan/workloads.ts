import { TspodError } from "../../errors.ts";
import { type FieldPath, type KubeDocument, placeText } from "../read/document.ts";
import type { Metadata, Texts } from "../types/metadata.ts";
import type { WorkloadSpec } from "../types/objects.ts";
import type { PodSpec } from "../types/pod.ts";

/** A pod that a document asks for. */
export interface Workload {
  readonly document: KubeDocument;
  /** Where the pod's spec stands in the document. */
  readonly path: FieldPath;
  readonly podName: string;
  readonly namespace: string;
  readonly labels: Texts;
  /** Those of the document and of its template. */
  readonly annotations: Texts;
  readonly spec: PodSpec;
  /** How often a container may fail; absent: as restartPolicy says. */
  readonly retries?: number;
  /** Whether the pod is done when its containers have ended well. */
  readonly isJob: boolean;
}

/** Kubernetes' own default of a Job. */
const BACKOFF_LIMIT = 6;

const WITH_PODS = new Set(["Pod", "Deployment", "DaemonSet", "StatefulSet", "Job"]);

/** The kinds that have pods. */
export function hasPods({ kind }: KubeDocument): boolean {
  return WITH_PODS.has(kind);
}

/**
 * The pod of a document; undefined where it asks for none (`replicas: 0`).
 * @throws {TspodError} If it has no name.
 */
export function workloadOf(document: KubeDocument): Workload | undefined {
  const { kind, name, value } = document;
  const metadata = (value.metadata ?? {}) as Metadata;
  if (name === "") throw new TspodError(`${placeText(document, ["metadata"])}: ${nameless(kind)}`);
  const common = { document, namespace: metadata.namespace || "default", isJob: kind === "Job" };
  const own = metadata.annotations ?? {};
  if (kind === "Pod") {
    const spec = value.spec as unknown as PodSpec;
    return {
      ...common,
      path: ["spec"],
      podName: name,
      labels: metadata.labels ?? {},
      annotations: own,
      spec,
    };
  }
  const workload = value.spec as unknown as WorkloadSpec;
  const { template, backoffLimit } = workload;
  if (workload.replicas === 0 || workload.parallelism === 0) return undefined;
  return {
    ...common,
    path: ["spec", "template", "spec"],
    podName: kind === "StatefulSet" ? `${name}-0` : `${name}-pod`,
    labels: template.metadata?.labels ?? {},
    annotations: { ...own, ...template.metadata?.annotations },
    spec: withClaims(template.spec, { name, workload }),
    ...(kind === "Job" && { retries: backoffLimit ?? BACKOFF_LIMIT }),
  };
}

/** Podman's words for a document without metadata.name. */
function nameless(kind: string): string {
  return `${kind.slice(0, 1).toLowerCase()}${kind.slice(1)} does not have a name`;
}

/** The volumes of a StatefulSet's claims, which are called as Kubernetes calls those of replica 0. */
function withClaims(spec: PodSpec, { name, workload }: { name: string; workload: WorkloadSpec }): PodSpec {
  const claims = (workload.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? "");
  if (claims.length === 0) return spec;
  const volumes = claims.map((claim) => ({
    name: claim,
    persistentVolumeClaim: { claimName: `${claim}-${name}-0` },
  }));
  return { ...spec, volumes: [...volumes, ...(spec.volumes ?? [])] };
}

/** What is carried out otherwise than a cluster would, as lines to warn with. */
export function workloadWarnings(document: KubeDocument): string[] {
  if (document.kind === "Pod" || !hasPods(document)) return [];
  const { replicas, parallelism, completions, template } = document.value.spec as unknown as WorkloadSpec;
  const many = (field: string, count: number | null | undefined) =>
    (count ?? 1) > 1
      ? [`${placeText(document, ["spec", field])}: is limited to 1: there is one machine here`]
      : [];
  const policy = template.spec.restartPolicy;
  return [
    ...many("replicas", replicas),
    ...many("parallelism", parallelism),
    ...many("completions", completions),
    ...(document.kind === "Job" && (!policy || policy === "Always")
      ? [
          `${placeText(document, ["spec", "template", "spec", "restartPolicy"])}: of a Job is OnFailure or Never: it is taken as OnFailure`,
        ]
      : []),
  ];
}
