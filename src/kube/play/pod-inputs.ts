import { TspodError } from "../../errors.ts";
import { readIdMaps } from "../../rootless/id-map.ts";
import type { PodFacts } from "../plan/facts.ts";
import type { KubeObjects, Service } from "../plan/objects.ts";
import type { PodContext } from "../plan/pod-options.ts";
import { podPorts } from "../plan/ports.ts";
import type { Workload } from "../plan/workloads.ts";
import { placeText } from "../read/document.ts";
import { type PodInputs, podContainers, withPlace } from "./plan-pod.ts";
import type { PlayEngine, PlayOptions } from "./play-options.ts";
import { rehearsedVolumes } from "./prepare-volumes.ts";
import { pullSecretFile } from "./pull-secrets.ts";
import { resolveImages } from "./resolve-images.ts";

export interface InputsRequest {
  readonly workload: Workload;
  /** Which of the pods it is: --ip and --mac-address go to them in turn. */
  readonly index: number;
  readonly objects: KubeObjects;
  readonly services: readonly Service[];
}

/**
 * What a pod is made of, but for its own ID and paths. Its images are here afterwards.
 * @throws {TspodError} If something that it refers to is not there.
 */
export async function podInputs(
  engine: PlayEngine,
  request: InputsRequest,
  options: PlayOptions,
): Promise<PodInputs> {
  const { workload, objects } = request;
  const facts = podFacts(engine, workload, objects);
  checkNames(workload);
  checkAnnotations(workload);
  const where = placeText(workload.document, workload.path);
  const pod = withPlace(where, () => podContext(request, options));
  const sources = withPlace(where, () => rehearsedVolumes(workload.spec, facts));
  using credentials = pullSecretFile(engine, workload, objects.secrets);
  const images = await resolveImages(engine, workload, { ...options, authFile: credentials.path });
  return { workload, pod, facts, sources, images, profileRoot: options.profileRoot };
}

function podContext({ workload, index, services }: InputsRequest, options: PlayOptions): PodContext {
  const { network, published, publishAll, userns, noHosts, noHostname } = options;
  const ip = options.ips[index];
  const mac = options.macs[index];
  return {
    ...(network !== undefined && { network }),
    ...(ip !== undefined && { ip }),
    ...(mac !== undefined && { mac }),
    ports: podPorts(workload.spec, { services, published, publishAll: publishAll || asksAll(workload) }),
    services,
    userns,
    ownIdMaps: readIdMaps,
    noHosts,
    noHostname,
  };
}

function asksAll({ annotations }: Workload): boolean {
  return annotations["io.podman.annotations.publish-all"]?.toUpperCase() === "TRUE";
}

function podFacts(engine: PlayEngine, workload: Workload, { configMaps, secrets }: KubeObjects): PodFacts {
  const { podName, namespace, labels, annotations } = workload;
  const resources = podContainers(workload).map(
    ({ container: { name, resources } }) =>
      [name, { limits: resources?.limits ?? {}, requests: resources?.requests ?? {} }] as const,
  );
  return {
    configMaps,
    secrets,
    podName,
    podId: "0".repeat(64),
    namespace,
    labels,
    annotations,
    serviceAccount: "default",
    nodeName: engine.hostname,
    resources: new Map(resources),
    node: engine.node,
  };
}

/** Kubernetes' own limit of all names and values together, in bytes. */
const ANNOTATIONS_MAX = 256 * 1024;
const VOLUMES_FROM = "io.podman.annotations.volumes-from";

/** @throws {TspodError} In Podman's words. */
function checkAnnotations({ annotations }: Workload): void {
  const size = Object.entries(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
  if (size > ANNOTATIONS_MAX)
    throw new TspodError(`annotations size ${size} is larger than limit ${ANNOTATIONS_MAX}`);
  if (Object.hasOwn(annotations, VOLUMES_FROM))
    throw new TspodError(`annotation ${VOLUMES_FROM} without target volume is reserved for internal use`);
}

/** @throws {TspodError} If a pod has no containers, or two of one name. */
function checkNames(workload: Workload): void {
  const seen = new Set<string>();
  if (workload.spec.containers.length === 0)
    throw new TspodError(
      `${placeText(workload.document, [...workload.path, "containers"])}: a pod needs one`,
    );
  for (const { container } of podContainers(workload)) {
    if (seen.has(container.name))
      throw new TspodError(
        `the pod "${workload.podName}" is invalid; duplicate container name "${container.name}" detected`,
      );
    seen.add(container.name);
  }
}
