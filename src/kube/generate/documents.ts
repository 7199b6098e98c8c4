import { TspodError } from "../../errors.ts";
import type { ImageProcessConfig } from "../../oci/image-config.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { PortMapping } from "../../options/network-mode.ts";
import { AUTO_UPDATE_LABEL } from "../../options/parse/auto-update.ts";
import { containerSpec, nonEmpty } from "./container-spec.ts";
import { type KubeMount, kubeMount } from "./volume-names.ts";

/** What becomes one pod: a pod's containers, or containers that are in none. */
export interface PodParts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The container whose network, names and host name the pod has: infra, or the container itself. */
  readonly options: CreateOptions;
  readonly sharesPid: boolean;
  readonly hostname: string | undefined;
  readonly containers: readonly ContainerRecord[];
}

export interface DocumentFacts {
  readonly imageOf: (record: ContainerRecord) => ImageProcessConfig;
  readonly kindOf: (path: string) => "Directory" | "File";
  /** RFC 3339 in seconds, UTC. */
  readonly now: string;
}

/** Seconds that `stop` waits where nobody says otherwise. */
const STOP_TIMEOUT = 10;

export const KINDS = ["pod", "deployment", "daemonset", "job"] as const;
export type GeneratedKind = (typeof KINDS)[number];

/** A Pod, or what has one as its template. */
export function podDocument(
  parts: PodParts,
  facts: DocumentFacts,
  { kind, replicas }: { readonly kind: GeneratedKind; readonly replicas: number | undefined },
): object {
  const name = nameIn(parts.name);
  const labels = { ...parts.labels, app: name };
  const metadata = { ...updateAnnotations(parts), creationTimestamp: facts.now, labels, name };
  const spec = podSpec(parts, facts, kind);
  if (kind === "pod") return { apiVersion: "v1", kind: "Pod", metadata, spec };
  const template = { metadata, spec };
  const named = { creationTimestamp: facts.now, labels, name: `${name}-${kind}` };
  if (kind === "job") {
    const once = { completions: 1, parallelism: 1, template };
    return { apiVersion: "batch/v1", kind: "Job", metadata: named, spec: once };
  }
  return {
    apiVersion: "apps/v1",
    kind: kind === "deployment" ? "Deployment" : "DaemonSet",
    metadata: named,
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: labels },
      template,
    },
  };
}

/** As Podman: a name in a cluster has no underscores. */
function nameIn(name: string): string {
  return name.replaceAll("_", "");
}

/** What `auto-update` looks for in a played container. */
function updateAnnotations({ containers }: PodParts): object {
  const found = containers.flatMap(({ name, options }) => {
    const policy = options.labels[AUTO_UPDATE_LABEL];
    return policy ? [[`${AUTO_UPDATE_LABEL}/${nameIn(name)}`, policy] as const] : [];
  });
  return found.length === 0 ? {} : { annotations: Object.fromEntries(found) };
}

function podSpec(parts: PodParts, facts: DocumentFacts, kind: GeneratedKind): object {
  const { options, containers, hostname } = parts;
  const volumes = new Map<string, object>();
  let binds = 0;
  const specOf = (record: ContainerRecord, index: number) => {
    const mounts = record.options.mounts.flatMap((request) => {
      const made = kubeMount(request, request.type === "bind" ? binds++ : 0, facts.kindOf);
      return made === undefined ? [] : [noted(volumes, made)];
    });
    return containerSpec({
      record,
      name: nameIn(record.name),
      image: facts.imageOf(record),
      ports: index === 0 ? options.network.ports : [],
      mounts,
    });
  };
  const specs = containers.map(specOf);
  return {
    containers: specs,
    ...dnsFields([options, ...containers.map((record) => record.options)]),
    ...hostFields(parts),
    ...(hostname !== undefined && { hostname }),
    ...restartField(containers, kind),
    ...(parts.sharesPid && { shareProcessNamespace: true }),
    ...graceField(containers),
    ...nonEmpty("volumes", [...volumes.values()]),
  };
}

function noted(volumes: Map<string, object>, { volume, mount }: KubeMount): object {
  volumes.set(volume.name, volume);
  return mount;
}

function hostFields({ options, containers }: PodParts): object {
  const [first] = containers;
  const aliases = Map.groupBy(options.network.addHost, (text) => text.slice(text.indexOf(":") + 1));
  return {
    ...nonEmpty(
      "hostAliases",
      [...aliases].map(([ip, names]) => ({
        hostnames: names.map((text) => text.slice(0, text.indexOf(":"))),
        ip,
      })),
    ),
    ...(first?.options.ipc.kind === "host" && { hostIPC: true }),
    ...(options.network.mode.kind === "host" && { hostNetwork: true }),
    ...(first?.options.pid.kind === "host" && { hostPID: true }),
    ...(options.userns.kind === "auto" && { hostUsers: false }),
  };
}

/** One for the whole pod: what all of its containers ask for. */
function dnsFields(all: readonly Pick<CreateOptions, "network">[]): object {
  const every = (of: (network: CreateOptions["network"]) => readonly string[]) => [
    ...new Set(all.flatMap(({ network }) => of(network))),
  ];
  const options = every(({ dnsOptions }) => dnsOptions).map((text) => {
    const [name = "", value] = text.split(/:(.*)/s);
    return value === undefined ? { name } : { name, value };
  });
  const fields = {
    ...nonEmpty(
      "nameservers",
      every(({ dns }) => dns),
    ),
    ...nonEmpty("options", options),
    ...nonEmpty(
      "searches",
      every(({ dnsSearch }) => dnsSearch),
    ),
  };
  return Object.keys(fields).length === 0 ? {} : { dnsConfig: fields };
}

/** Of the first container that doesn't have Podman's own time to stop. */
function graceField(containers: readonly ContainerRecord[]): object {
  const time = containers
    .map(({ options }) => options.process.stopTimeout)
    .find((each) => each !== STOP_TIMEOUT);
  return time === undefined ? {} : { terminationGracePeriodSeconds: time };
}

/** @throws {TspodError} In Podman's words, if a job's containers would be started for ever. */
function restartField(containers: readonly ContainerRecord[], kind: GeneratedKind): object {
  // Kubernetes wants the policy Always, the default, of what it rolls out.
  if (kind === "deployment" || kind === "daemonset") return {};
  const name = containers[0]?.options.restart.name ?? "no";
  if (kind === "job" && name !== "no" && name !== "on-failure")
    throw new TspodError(
      "k8s Jobs can not have restartPolicy set to Always; only Never and OnFailure policies allowed",
    );
  if (name === "on-failure") return { restartPolicy: "OnFailure" };
  return { restartPolicy: name === "no" ? "Never" : "Always" };
}

/** A claim for a volume of its name. @param annotations what else it is to be */
export function claimDocument(
  name: string,
  now: string,
  annotations?: Readonly<Record<string, string>>,
): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { ...(annotations && { annotations }), creationTimestamp: now, name },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
}

/** A Service for the published ports of a pod. */
export function serviceDocument(
  { name, options }: PodParts,
  { now, nodePort }: { readonly now: string; readonly nodePort: (port: PortMapping) => number },
): object {
  const app = nameIn(name);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { creationTimestamp: now, labels: { app }, name: app },
    spec: {
      ...nonEmpty(
        "ports",
        options.network.ports.map((port) => ({
          name: `${port.containerPort}`,
          nodePort: nodePort(port),
          port: port.containerPort,
          ...(port.protocol !== "tcp" && { protocol: port.protocol.toUpperCase() }),
          targetPort: port.containerPort,
        })),
      ),
      selector: { app },
      type: "NodePort",
    },
  };
}
