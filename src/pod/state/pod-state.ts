import type { ContainerStatus } from "../../container/state/state.ts";

/** Podman's words for what a pod does (podman-pod-ps(1)). */
export type PodStatus = "Created" | "Running" | "Degraded" | "Paused" | "Exited" | "Stopped" | "Stopping";

/**
 * What a pod does, from what its containers do, infra's included and init containers left out.
 * @see https://docs.podman.io/en/latest/markdown/podman-pod-ps.1.html
 */
export function podStatus(members: readonly ContainerStatus[]): PodStatus {
  const count = (...wanted: ContainerStatus[]) => members.filter((status) => wanted.includes(status)).length;
  const all = members.length;
  const running = count("running", "stopping");
  if (all === 0 || count("created", "initialized") === all) return "Created";
  if (count("paused") === all) return "Paused";
  if (running === all) return "Running";
  if (count("exited") === all) return "Exited";
  return running > 0 || count("paused") > 0 ? "Degraded" : "Stopped";
}
