import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { findContainer } from "../../container/state/find.ts";
import type { Container, ContainerPlace } from "../../container/state/list.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { ImageProcessConfig } from "../../oci/image-config.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { findPod, infraOf, type Pod } from "../../pod/state/pods.ts";
import { resolveImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import { getVolume, type VolumeRecord } from "../../volume/volumes.ts";
import { DRIVER_ANNOTATION, IMAGE_ANNOTATION } from "../types/volume-annotations.ts";
import {
  claimDocument,
  type DocumentFacts,
  type GeneratedKind,
  type PodParts,
  podDocument,
  serviceDocument,
} from "./documents.ts";

export interface GenerateOptions {
  readonly kind: GeneratedKind;
  readonly replicas: number | undefined;
  /** A Service for the ports of each pod. */
  readonly service: boolean;
}

/** Kubernetes' range. */
const NODE_PORTS = [30_000, 32_768] as const;

/**
 * Documents of pods, containers and volumes: containers that are in no pod become one together.
 * @throws {TspodError} If nothing goes by a name, or a container is one of a pod.
 */
export function generateKube(
  place: ContainerPlace,
  names: readonly string[],
  options: GenerateOptions,
): object[] {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const found = names.map((name) => find(place, name));
  const containers = found.flatMap((one) => (one.kind === "container" ? [one.container] : []));
  const pods = [
    ...found.flatMap((one) => (one.kind === "pod" ? [partsOfPod(one.pod)] : [])),
    ...(containers.length === 0 ? [] : [partsOfContainers(containers)]),
  ];
  const facts: DocumentFacts = { now, kindOf, imageOf: (record) => imageOf(place.store, record) };
  return [
    ...found.flatMap((one) =>
      one.kind === "volume" ? [claimDocument(one.volume.name, now, claimAnnotations(one.volume))] : [],
    ),
    ...(options.service
      ? pods.map((parts) => serviceDocument(parts, { now, nodePort: () => randomInt(...NODE_PORTS) }))
      : []),
    ...pods.map((parts) => podDocument(parts, facts, options)),
  ];
}

type Found =
  | { readonly kind: "container"; readonly container: Container }
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "volume"; readonly volume: VolumeRecord };

function find(place: ContainerPlace, name: string): Found {
  const pod = orNone(() => findPod(place, name));
  if (pod !== undefined) return { kind: "pod", pod };
  const container = orNone(() => findContainer(place, name));
  if (container !== undefined) return { kind: "container", container };
  const volume = getVolume(place.store, name);
  if (volume !== undefined) return { kind: "volume", volume };
  throw new NotFoundError(`name or ID "${name}" not found`);
}

/** What makes `kube play` make the same volume of an image; undefined: an ordinary one. */
function claimAnnotations({ driver, options }: VolumeRecord): Record<string, string> | undefined {
  if (driver === "local") return undefined;
  const [image = ""] = Object.values(options);
  return { [DRIVER_ANNOTATION]: driver, [IMAGE_ANNOTATION]: image };
}

function orNone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function partsOfPod(pod: Pod): PodParts {
  const { record } = pod;
  const infra = infraOf(pod);
  const containers = pod.members.filter((member) => member !== infra).map((member) => member.record);
  const [first] = containers;
  if (first === undefined) throw new TspodError(`pod ${record.name} only has an infra container`);
  const options = infra?.record.options ?? first.options;
  return {
    name: record.name,
    labels: record.labels,
    options,
    sharesPid: record.shares.includes("pid"),
    // A pod that has its name for it has so in a cluster, too.
    hostname: record.hostname === record.name ? undefined : record.hostname,
    containers,
  };
}

function partsOfContainers(containers: readonly Container[]): PodParts {
  const records = containers.map(({ record }) => record);
  const member = records.find(({ options }) => options.pod !== undefined);
  if (member?.options.pod !== undefined)
    throw new TspodError(
      `container ${member.id} is associated with pod ${member.options.pod.id}: use generate on the pod itself`,
    );
  const [first] = records;
  if (first === undefined) throw new TspodError("no container was named");
  return {
    name: `${first.name}-pod`,
    labels: {},
    options: first.options,
    sharesPid: false,
    hostname: first.options.hostname,
    containers: records,
  };
}

function kindOf(path: string): "Directory" | "File" {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? "File" : "Directory";
}

function imageOf(store: Store, { image }: ContainerRecord): ImageProcessConfig {
  const stored = image === undefined ? undefined : resolveImage(store, image.id)?.image;
  return stored?.config.config ?? {};
}
