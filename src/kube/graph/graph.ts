import type { PortMapping } from "../../options/network-mode.ts";
import { kubeObjects, servicesOf } from "../plan/objects.ts";
import { podPorts } from "../plan/ports.ts";
import { hasPods, type Workload, workloadOf } from "../plan/workloads.ts";
import type { KubeDocument } from "../read/document.ts";
import type { KubeContainer } from "../types/container.ts";
import type { PodSpec } from "../types/pod.ts";
import type { KubeVolume } from "../types/volume.ts";

/** A container of a pod, and what it needs. */
export interface GraphContainer {
  readonly name: string;
  readonly role: "init" | "sidecar" | "container";
  readonly image: string;
  /** What it does, where it is there: `running`. */
  readonly state?: string;
  /** In the container: `80/tcp`. */
  readonly ports: readonly string[];
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
  /** Objects that its environment is made of: `ConfigMap settings`. */
  readonly needs: readonly string[];
  /** Names of the init containers that have to be done, or to run, before it starts. */
  readonly after: readonly string[];
}

export interface GraphPod {
  /** `Deployment web`: the document that it comes of. */
  readonly owner: string;
  readonly name: string;
  /** What it does, where it is there: `Running`. */
  readonly state?: string;
  /** On the host: `8080->80/tcp`. */
  readonly ports: readonly string[];
  readonly containers: readonly GraphContainer[];
  /** What each is made of: `PersistentVolumeClaim data`, `hostPath /srv`. */
  readonly volumes: readonly { readonly name: string; readonly sources: readonly string[] }[];
  /** Names of the Services that select it. */
  readonly services: readonly string[];
}

/** The pods of checked documents. @throws {TspodError} If one has no name, or a Service an unknown port. */
export function kubeGraph(documents: readonly KubeDocument[]): GraphPod[] {
  const objects = kubeObjects(documents);
  return documents
    .filter(hasPods)
    .flatMap((document) => workloadOf(document) ?? [])
    .map((workload) => {
      const services = servicesOf(objects, workload);
      const ports = podPorts(workload.spec, { services, published: [], publishAll: false });
      return {
        ...podOf(workload),
        ports: ports.map(portText),
        services: services.map(({ name }) => name),
      };
    });
}

function podOf({ document, podName, spec }: Workload): Omit<GraphPod, "ports" | "services"> {
  return {
    owner: `${document.kind} ${document.name}`,
    name: podName,
    containers: containersOf(spec),
    volumes: (spec.volumes ?? []).map((volume) => ({ name: volume.name, sources: volumeSources(volume) })),
  };
}

/** Init containers in their order, each after those before it; the others after all of them. */
function containersOf({ initContainers, containers }: PodSpec): GraphContainer[] {
  const first = initContainers ?? [];
  const names = first.map(({ name }) => name);
  return [
    ...first.map((container, index) =>
      containerOf(container, {
        role: container.restartPolicy === "Always" ? "sidecar" : "init",
        after: names.slice(0, index),
      }),
    ),
    ...containers.map((container) => containerOf(container, { role: "container", after: names })),
  ];
}

function containerOf(
  container: KubeContainer,
  place: Pick<GraphContainer, "role" | "after">,
): GraphContainer {
  return {
    ...place,
    name: container.name,
    image: container.image ?? "",
    ports: (container.ports ?? []).map(
      ({ containerPort, protocol }) => `${containerPort}/${(protocol || "TCP").toLowerCase()}`,
    ),
    mounts: (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
      volume: name,
      path: mountPath,
      readOnly: readOnly === true,
    })),
    needs: environmentNeeds(container),
  };
}

function environmentNeeds({ env, envFrom }: KubeContainer): string[] {
  const needs = [
    ...(envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
      ...named("ConfigMap", configMapRef?.name),
      ...named("Secret", secretRef?.name),
    ]),
    ...(env ?? []).flatMap(({ valueFrom }) => [
      ...named("ConfigMap", valueFrom?.configMapKeyRef?.name),
      ...named("Secret", valueFrom?.secretKeyRef?.name),
    ]),
  ];
  return [...new Set(needs)];
}

function named(kind: string, name: string | null | undefined): string[] {
  return name ? [`${kind} ${name}`] : [];
}

function volumeSources(volume: KubeVolume): string[] {
  const projected = (volume.projected?.sources ?? []).flatMap(({ configMap, secret, downwardAPI }) => [
    ...named("ConfigMap", configMap?.name),
    ...named("Secret", secret?.name),
    ...(downwardAPI ? ["downwardAPI"] : []),
  ]);
  const own = [
    ...named("hostPath", volume.hostPath?.path),
    ...named("ConfigMap", volume.configMap?.name),
    ...named("Secret", volume.secret?.secretName),
    ...named("PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName),
    ...named("image", volume.image?.reference),
    ...(volume.downwardAPI ? ["downwardAPI"] : []),
    ...projected,
  ];
  // A volume that says nothing of itself is an emptyDir, in a cluster as well.
  return own.length > 0 ? own : [volume.emptyDir?.medium === "Memory" ? "emptyDir in memory" : "emptyDir"];
}

/** Of a published port: `127.0.0.1:8080->80/tcp`; a range by its first. */
export function portText({ hostIp, hostPort, containerPort, protocol }: PortMapping): string {
  return `${hostIp === "" ? "" : `${hostIp}:`}${hostPort}->${containerPort}/${protocol}`;
}
