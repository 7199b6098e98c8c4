import { TspodError } from "../../errors.ts";
import type { NamedImage } from "../../image/acquire/image-request.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { PodNamespace } from "../../options/pod-record.ts";
import { type ContainerContext, containerOptions } from "../plan/container-options.ts";
import type { PodFacts } from "../plan/facts.ts";
import type { MountSource } from "../plan/mounts.ts";
import { infraOptions, type PodContext } from "../plan/pod-options.ts";
import type { Workload } from "../plan/workloads.ts";
import { placeText } from "../read/document.ts";
import type { KubeContainer } from "../types/container.ts";
import type { PlayEngine } from "./play-options.ts";

/** A container of a pod in its place in the document. */
export interface PodContainer {
  readonly container: KubeContainer;
  readonly role: ContainerContext["role"];
  /** `initContainers` or `containers`, and which one. */
  readonly place: readonly [string, number];
}

/** The containers of a pod, init containers first. */
export function podContainers({ spec }: Workload): PodContainer[] {
  return [
    ...(spec.initContainers ?? []).map(
      (container, index): PodContainer => ({
        container,
        role: container.restartPolicy === "Always" ? "sidecar" : "init",
        place: ["initContainers", index],
      }),
    ),
    ...spec.containers.map(
      (container, index): PodContainer => ({ container, role: "container", place: ["containers", index] }),
    ),
  ];
}

/** Podman's words for a container without an image. */
export function imageMissing({ name }: KubeContainer): TspodError {
  return new TspodError(`container "${name}" is missing the required 'image' field`);
}

/** What is known of a pod before it is made, or when it is. */
export interface PodInputs {
  readonly workload: Workload;
  readonly pod: PodContext;
  readonly facts: PodFacts;
  readonly sources: ReadonlyMap<string, MountSource>;
  readonly images: ReadonlyMap<KubeContainer, NamedImage>;
  readonly profileRoot: string;
}

export interface PlannedPod {
  readonly infra: CreateOptions;
  readonly shares: readonly PodNamespace[];
  readonly members: readonly PlannedMember[];
}

export interface PlannedMember extends PodContainer {
  readonly options: CreateOptions;
  readonly image: NamedImage;
  /** Namespaces that it has otherwise than the pod. */
  readonly own: ReadonlySet<PodNamespace>;
}

/**
 * What a pod and its containers are.
 * @throws {TspodError} With the place of the field that is wrong.
 */
export function planPod(engine: Pick<PlayEngine, "baseOptions">, inputs: PodInputs): PlannedPod {
  const { workload, pod } = inputs;
  const { spec, document, path } = workload;
  const infra = withPlace(placeText(document, path), () =>
    infraOptions(engine.baseOptions(undefined), workload, pod),
  );
  return {
    infra,
    shares: ["ipc", "net", "uts", ...(spec.shareProcessNamespace ? (["pid"] as const) : [])],
    members: podContainers(workload).map((one) => planMember(engine, inputs, one)),
  };
}

function planMember(
  engine: Pick<PlayEngine, "baseOptions">,
  inputs: PodInputs,
  one: PodContainer,
): PlannedMember {
  const { workload, facts, sources, profileRoot } = inputs;
  const { document, path, spec } = workload;
  const image = inputs.images.get(one.container);
  return withPlace(placeText(document, [...path, ...one.place]), () => {
    if (image === undefined) throw imageMissing(one.container);
    const base = engine.baseOptions({ name: image.name, config: image.stored.config });
    const options = containerOptions(asBase(base), one.container, {
      workload,
      facts,
      sources,
      profileRoot,
      role: one.role,
    });
    const own = new Set<PodNamespace>([...(spec.hostPID ? (["pid"] as const) : [])]);
    return { ...one, options, image, own };
  });
}

/** What a member may not say of its own, since the pod says it. */
function asBase(base: CreateOptions): CreateOptions {
  const { hostname: _, ...rest } = base;
  return {
    ...rest,
    network: { ...base.network, ports: [], addHost: [], dns: [], dnsSearch: [], dnsOptions: [] },
  };
}

/** Errors of what `work` does, with the place before them. */
export function withPlace<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    throw new TspodError(place, { cause: error });
  }
}
