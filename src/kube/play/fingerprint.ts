import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../../os/system-error.ts";
import { podPath } from "../../storage/pods/pod-directory.ts";
import type { Store } from "../../storage/store.ts";
import { volumeFiles } from "../plan/volume-files.ts";
import type { PlannedPod, PodInputs } from "./plan-pod.ts";

/** Absolute path of what kube keeps of a pod: volumes made of documents, and the fingerprint. */
export function kubeDirectory(store: Store, podId: string): string {
  return join(podPath(store, podId), "kube");
}

function file(store: Store, podId: string): string {
  return join(kubeDirectory(store, podId), "fingerprint");
}

/**
 * What a pod is made of, as text: two that are alike make the same pod. Not as a digest: to load node:crypto
 * takes longer than to write the text.
 */
export function fingerprintOf(planned: PlannedPod, { workload, facts }: PodInputs, runtime: string): string {
  const files = (workload.spec.volumes ?? []).map((volume) => [
    volume,
    (volumeFiles(volume, facts) ?? []).map(({ path, bytes, mode }) => [
      path,
      mode,
      Buffer.from(bytes).toString("base64"),
    ]),
  ]);
  const members = planned.members.map(({ container, options, image, role }) => [
    container.name,
    role,
    options,
    image.stored.id,
  ]);
  return JSON.stringify([planned.infra, planned.shares, members, files, workload.labels, runtime]);
}

/** The fingerprint that a pod was made with; undefined: `kube play` has not made it, or not to the end. */
export function readFingerprint(store: Store, podId: string): string | undefined {
  try {
    return readFileSync(file(store, podId), "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * The last step of making a pod: it is whole now. Not flushed: what a power cut leaves half written is no
 * pod's fingerprint, and the next call makes the pod anew.
 */
export function writeFingerprint(store: Store, podId: string, fingerprint: string): void {
  mkdirSync(kubeDirectory(store, podId), { recursive: true, mode: 0o755 });
  writeFileSync(file(store, podId), fingerprint, { mode: 0o600 });
}
