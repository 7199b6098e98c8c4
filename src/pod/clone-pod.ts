import { cloneContainer, clonedOptions, cloneName, imageOf } from "../container/create/clone.ts";
import type { Engine } from "../container/state/engine.ts";
import { shortId } from "../oci/short-id.ts";
import type { CreateOptions, ResourceOptions, RestartPolicy } from "../options/create-options.ts";
import type { Runtime } from "../rootless/runtime.ts";
import { cloneInPod } from "./clone-member.ts";
import { createPod } from "./create-pod.ts";
import { NO_LIMITS } from "./infra-options.ts";
import type { InfraRequest } from "./pod-request.ts";
import { removePod } from "./remove.ts";
import { infraOf, type Pod, podOf } from "./state/pods.ts";

/** What is to be otherwise than with the original. */
export interface PodChanges {
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: the clone's name. */
  readonly hostname?: string | undefined;
  readonly resources: Partial<ResourceOptions>;
  readonly cgroupParent?: string | undefined;
  readonly restart?: RestartPolicy | undefined;
  readonly infraName?: string | undefined;
  /** The infra container's options, made of those that the original has. */
  infra(options: CreateOptions): CreateOptions;
}

export interface PodCloneRequest {
  /** Absent: the original's with `-clone` behind it. */
  readonly name?: string | undefined;
  readonly changes: PodChanges;
  readonly runtime: Runtime;
  /** The full command line. */
  readonly createCommand: readonly string[];
}

/**
 * Make a pod with the settings of another, and in it a clone of each of its containers: all of it or nothing.
 * Init containers of type once that are gone are not there in the clone either.
 * @throws {InUseError} If the name is taken.
 * @throws {NotFoundError} If the image of a container is not there any more.
 */
export async function clonePod(engine: Engine, old: Pod, request: PodCloneRequest): Promise<Pod> {
  const { record } = old;
  const { changes } = request;
  const { hostname } = changes;
  const pod = await createPod(engine, {
    name: request.name ?? cloneName(engine.store, record.name),
    labels: { ...record.labels, ...changes.labels },
    exitPolicy: record.exitPolicy,
    shares: record.shares,
    infra: infraRequest(engine, old, changes),
    hostname,
    resources: { ...record.resources, ...changes.resources },
    shareParent: record.shareParent,
    cgroupParent: changes.cgroupParent ?? record.cgroupParent,
    restart: changes.restart ?? record.restart,
    runtime: infraOf(old)?.record.runtime ?? request.runtime,
    createCommand: request.createCommand,
  });
  await using undo = new AsyncDisposableStack();
  undo.defer(async () => {
    await removePod(engine, pod, { force: true, timeout: 0, warn: engine.warn });
  });
  for (const member of old.members.filter(({ record: { options } }) => !options.pod?.infra))
    await cloneContainer(engine, member, {
      name: undefined,
      image: undefined,
      changes: {},
      adapt: (options) => cloneInPod(pod, options, old).options,
    });
  undo.move();
  return podOf(engine, pod.record);
}

function infraRequest(engine: Engine, old: Pod, changes: PodChanges): InfraRequest | undefined {
  const infra = infraOf(old);
  if (infra === undefined) return undefined;
  const { record } = infra;
  const { hostname: _, monitorPidFile: __, pidFile: ___, ...options } = clonedOptions(record.options, {});
  const { mounts = [], volumesFrom = [] } = old.record;
  return {
    options: changes.infra({ ...options, mounts, volumesFrom, resources: NO_LIMITS }),
    name: changes.infraName ?? nameOfInfra(engine, old, record.name),
    image: isOurs(record.image?.name) ? undefined : imageOf(engine.store, record),
  };
}

/** One that its maker has named has a clone's name; the usual one is made of the pod's ID. */
function nameOfInfra({ store }: Engine, { record }: Pod, name: string): string | undefined {
  return name === `${shortId(record.id)}-infra` ? undefined : cloneName(store, name);
}

/** Whether that is none, or the image of the pause program, which infra containers had before. */
function isOurs(name: string | undefined): boolean {
  return name === undefined || name.startsWith("localhost/podman-pause:");
}
