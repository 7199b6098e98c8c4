import { rmdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Engine } from "../container/state/engine.ts";
import { readFacts } from "../container/state/fact-file.ts";
import type { Container, ContainerPlace } from "../container/state/list.ts";
import { notedCgroup } from "../container/state/start-facts.ts";
import type { ResourceOptions } from "../options/create-options.ts";
import { hasCode } from "../os/system-error.ts";

/** Where a pod is, and how the user's systemd manager is asked to end its slice. */
export type PodPlace = ContainerPlace & Pick<Engine, "env">;

/** The pod's own cgroup, where one of its containers has had one in it: a path from the root of the tree. */
export function podGroup(members: readonly Container[]): string | undefined {
  const paths = members.flatMap(({ record: { options }, paths: { startFile } }) =>
    options.cgroups.inPod ? (notedCgroup(readFacts(startFile)) ?? []) : [],
  );
  return paths[0] === undefined ? undefined : dirname(paths[0]);
}

/**
 * One that another user of it has taken down, or that has something in it, is left as it is. systemd takes
 * down its own, but a slice with limits only when it is stopped.
 */
export async function removePodGroup(
  { env }: Pick<PodPlace, "env">,
  resources: ResourceOptions,
  group: string,
): Promise<void> {
  const name = basename(group);
  if (name.endsWith(".slice")) {
    const { sliceProperties, stopSlice } = await import("../container/runtime/pod-slice.ts");
    if (/-libpod_pod_[0-9a-f]{64}\.slice$/.test(name) && sliceProperties(resources).length > 0)
      await stopSlice(name, env);
    return;
  }
  if (!name.startsWith("tspod-pod-")) return;
  try {
    rmdirSync(`/sys/fs/cgroup${group}`);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "EBUSY", "ENOTEMPTY", "EACCES", "EPERM")) throw error;
  }
}
