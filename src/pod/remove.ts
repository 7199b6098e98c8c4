import { removeContainer } from "../container/remove.ts";
import { refreshed } from "../container/state/find.ts";
import type { Container, ContainerPlace } from "../container/state/list.ts";
import { isActive } from "../container/state/state.ts";
import { InUseError, NotFoundError, TspodError } from "../errors.ts";
import { lockPod, removePodDirectory } from "../storage/pods/pod-directory.ts";
import type { MemberError } from "./each-member.ts";
import { tellPodEvent } from "./event.ts";
import { type PodPlace, podGroup, removePodGroup } from "./remove-group.ts";
import { isInfra } from "./start.ts";
import { type Pod, podOf } from "./state/pods.ts";

export interface RemovePodOptions {
  /** Stop what runs. */
  readonly force: boolean;
  /** Seconds until SIGKILL; absent: each container's own. */
  readonly timeout?: number | undefined;
  readonly warn: (line: string) => void;
}

/** Some containers of a pod could not be removed, so the pod is still there. */
export class PodNotRemovedError extends InUseError {
  /** Its ID. */
  readonly pod: string;
  readonly errors: readonly MemberError[];
  constructor(pod: string, errors: readonly MemberError[]) {
    super(`not all containers could be removed from pod ${pod}: removing pod containers`);
    this.pod = pod;
    this.errors = errors;
  }
}

/**
 * Remove a pod with all its containers and their anonymous volumes. That only infra runs is no hindrance.
 * @returns the IDs of the containers, infra's last
 * @throws {PodNotRemovedError} If a container runs and force is not given: nothing was removed. Or if some
 * can't be removed.
 * @throws {NoSuchPodError} If it was removed meanwhile.
 */
export async function removePod(
  place: PodPlace,
  { record }: Pod,
  options: RemovePodOptions,
): Promise<readonly string[]> {
  using _lock = await lockPod(place.store, record.id);
  const { members } = podOf(place, record);
  const service = members.find(isInfra)?.record.options.pod?.service;
  const group = podGroup(members);
  if (!options.force) refuseRunning(record.id, members);
  const removed: string[] = [];
  const errors: MemberError[] = [];
  // The newest first: what another depends on is older, and infra is the first of all.
  for (const member of members.toReversed()) {
    const { id } = member.record;
    try {
      await removeMember(place, member, options);
      removed.push(id);
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      errors.push({ id, error });
    }
  }
  if (errors.length > 0) throw new PodNotRemovedError(record.id, errors);
  removePodDirectory(place.store, record);
  if (group !== undefined) await removePodGroup(place, record.resources, group);
  tellPodEvent(place.store, record, "remove");
  if (service !== undefined)
    await (await import("./service-container.ts")).removeUnusedService(place, service, options.warn);
  return removed;
}

async function removeMember(
  place: ContainerPlace,
  member: Container,
  { timeout, warn }: RemovePodOptions,
): Promise<void> {
  try {
    await removeContainer(place, refreshed(place, member), {
      force: true,
      volumes: true,
      timeout: timeout ?? member.record.options.process.stopTimeout,
      withPod: true,
      warn,
    });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error; // removed meanwhile
  }
}

/** @throws {PodNotRemovedError} In Podman's words. */
function refuseRunning(pod: string, members: readonly Container[]): void {
  const errors = members
    .filter((member) => !isInfra(member) && isActive(member.state) && member.state.status !== "initialized")
    .map(({ record: { id }, state: { status } }): MemberError => {
      const message = `cannot remove container ${id} as it is ${status} - running or paused containers cannot be removed without force: container state improper`;
      return { id, error: new InUseError(message) };
    });
  if (errors.length > 0) throw new PodNotRemovedError(pod, errors);
}
