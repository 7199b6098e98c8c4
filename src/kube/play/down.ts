import type { Engine } from "../../container/state/engine.ts";
import { NotFoundError } from "../../errors.ts";
import { removePod } from "../../pod/remove.ts";
import { stopServices } from "../../pod/service-container.ts";
import { findPod, type Pod } from "../../pod/state/pods.ts";
import { stopPod } from "../../pod/stop.ts";
import { removeSecretNamed } from "../../secret/secrets.ts";
import { removeUnusedVolume } from "../../volume/remove.ts";
import { getVolume } from "../../volume/volumes.ts";
import { hasPods, workloadOf } from "../plan/workloads.ts";
import type { KubeDocument } from "../read/document.ts";

/** IDs, and names of volumes. */
export interface DownReport {
  readonly stopped: readonly string[];
  readonly removed: readonly string[];
  readonly secrets: readonly string[];
  readonly volumes: readonly string[];
}

export interface DownOptions {
  readonly documents: readonly KubeDocument[];
  /** Whether the volumes of claims go as well. */
  readonly force: boolean;
}

/** Stop and remove what documents ask for; what is not there is fine. */
export async function downKube(engine: Engine, { documents, force }: DownOptions): Promise<DownReport> {
  const pods = documents
    .filter(hasPods)
    .flatMap((document) => workloadOf(document)?.podName ?? [])
    .flatMap((name) => podsNamed(engine, name));
  const ids = pods.map(({ record }) => record.id);
  const { warn } = engine;
  await stopServices(engine, pods);
  for (const pod of pods) await stopPod(engine, pod, { warn });
  for (const pod of pods) await removePod(engine, pod, { force: true, warn });
  const secrets = documents
    .filter(({ kind }) => kind === "Secret")
    .flatMap(({ name }) => removedSecret(engine, name));
  const volumes: string[] = [];
  for (const { name } of force ? documents.filter(({ kind }) => kind === "PersistentVolumeClaim") : []) {
    if (getVolume(engine.store, name) === undefined) continue;
    await removeUnusedVolume(engine.store, name);
    volumes.push(name);
  }
  return { stopped: ids, removed: ids, secrets, volumes };
}

function podsNamed(engine: Engine, name: string): Pod[] {
  try {
    const pod = findPod(engine, name);
    return pod.record.name === name ? [pod] : [];
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

function removedSecret({ store }: Pick<Engine, "store">, name: string): string[] {
  try {
    return [removeSecretNamed(store, name)];
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
