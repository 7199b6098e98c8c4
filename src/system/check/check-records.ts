import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DamagedError, messageChain } from "../../errors.ts";
import { shortId } from "../../oci/short-id.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { readSecret, secretNames, secretPath } from "../../secret/secrets.ts";
import {
  containerPath,
  listContainerIds,
  readContainerRecord,
} from "../../storage/containers/container-directory.ts";
import { releaseNamesOf } from "../../storage/containers/container-names.ts";
import { isMadeOfImage } from "../../storage/image-volumes.ts";
import { readIndex } from "../../storage/images/image-layout.ts";
import { listPodIds, lockPod, memberIds, podPath, readPodRecord } from "../../storage/pods/pod-directory.ts";
import { randomHex } from "../../storage/random-hex.ts";
import { lockContainer, lockStorage } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { getVolume, listVolumeNames, volumePath } from "../../volume/volumes.ts";
import type { CheckOptions } from "./check-options.ts";
import { rebuildIndex } from "./rebuild-index.ts";

type RecordCheck = Pick<CheckOptions, "repair" | "report" | "isRunning">;

/**
 * Look at all records: index.json, those of containers, of pods, of volumes, of secrets. With `repair` what
 * is damaged is set aside, in a directory of the store, index.json is made anew from the manifests, and a
 * volume's record too, since its content is all there.
 * @returns how many there are
 */
export async function checkRecords(store: Store, check: RecordCheck): Promise<number> {
  await checkIndex(store, check);
  const [containers, pods, volumes, secrets] = [
    listContainerIds(store),
    listPodIds(store),
    listVolumeNames(store),
    secretNames(store),
  ];
  for (const id of containers) await checkContainer(store, id, check);
  for (const id of pods) await checkPod(store, id, check);
  for (const name of volumes) await checkVolume(store, name, check);
  for (const name of secrets) checkSecret(store, name, check);
  return containers.length + pods.length + volumes.length + secrets.length;
}

/** What is wrong with a record; undefined: nothing. */
function damageOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    return messageChain(error);
  }
}

async function checkIndex(store: Store, { repair, report }: RecordCheck): Promise<void> {
  const index = join(store.images, "index.json");
  const problem =
    damageOf(() => readIndex(store)) ?? (isLost(store, index) ? `"${index}" is missing` : undefined);
  if (problem === undefined) return;
  if (!repair) {
    report({ text: problem, repaired: false });
    return;
  }
  using _lock = await lockStorage(store, "exclusive");
  const aside = existsSync(index) ? setAside(store, index, "index.json") : index;
  const images = await rebuildIndex(store, aside);
  report({
    text: `index.json was damaged: made anew with ${images} images, what it was is "${aside}"`,
    repaired: true,
  });
}

/** A store that never had an image has no layout either. */
function isLost({ images }: Store, index: string): boolean {
  return existsSync(join(images, "oci-layout")) && !existsSync(index);
}

async function checkContainer(
  store: Store,
  id: string,
  { repair, report, isRunning }: RecordCheck,
): Promise<void> {
  const problem = damageOf(() => readContainerRecord(store, id));
  if (problem === undefined) return;
  const text = `container ${id}: ${problem}`;
  if (!repair) {
    report({ text: `${text}: use --repair, or \`tspod rm --force ${id}\``, repaired: false });
    return;
  }
  using _lock = await lockContainer(store, id);
  if (isRunning(id)) {
    report({ text: `${text}: it runs, use \`tspod rm --force ${id}\``, repaired: false });
    return;
  }
  releaseNamesOf(store, id);
  const aside = setAside(store, containerPath(store, id), `container-${id}`);
  report({ text: `${text}: set aside, with its files, as "${aside}"`, repaired: true });
}

/** Of a pod that is set aside the containers stay, as such that only `rm` takes. */
async function checkPod(store: Store, id: string, { repair, report, isRunning }: RecordCheck): Promise<void> {
  const problem = damageOf(() => readPodRecord(store, id));
  if (problem === undefined) return;
  const text = `pod ${id}: ${problem}`;
  if (!repair) {
    report({ text: `${text}: use --repair`, repaired: false });
    return;
  }
  using _lock = await lockPod(store, id);
  const members = memberIds(store, id);
  const running = members.filter(isRunning);
  if (running.length > 0) {
    report({
      text: `${text}: stop its containers first: \`tspod kill ${shortIds(running)}\``,
      repaired: false,
    });
    return;
  }
  releaseNamesOf(store, id);
  const aside = setAside(store, podPath(store, id), `pod-${id}`);
  const left =
    members.length === 0
      ? ""
      : `remove its containers with \`tspod rm --force --depend ${shortIds(members)}\`, and `;
  report({ text: `${text}: set aside as "${aside}": ${left}create it again`, repaired: true });
}

function shortIds(ids: readonly string[]): string {
  return ids.map(shortId).sort().join(" ");
}

async function checkVolume(store: Store, name: string, { repair, report }: RecordCheck): Promise<void> {
  const problem = damageOf(() => getVolume(store, name));
  if (problem === undefined) return;
  const text = `volume ${name}: ${problem}`;
  if (!repair) {
    report({ text: `${text}: use --repair, or \`tspod volume rm --force ${name}\``, repaired: false });
    return;
  }
  using _lock = await lockStorage(store, "exclusive");
  if (isMadeOfImage(store, name)) {
    const aside = setAside(store, volumePath(store, name), `volume-${name}`);
    report({
      text: `${text}: set aside, with what was written, as "${aside}": which image it is of is not known`,
      repaired: true,
    });
    return;
  }
  const record = {
    schemaVersion: 1,
    name,
    driver: "local",
    created: nowRfc3339Nano(),
    labels: {},
    options: {},
    anonymous: false,
  };
  const path = join(volumePath(store, name), "volume.json");
  setAsideIfThere(store, path, `volume-${name}.json`);
  mkdirSync(join(volumePath(store, name), "_data"), { recursive: true });
  mkdirSync(join(volumePath(store, name), "refs"), { recursive: true });
  writeFileAtomic(path, `${JSON.stringify(record)}\n`);
  report({ text: `${text}: its record was made anew, without labels and options`, repaired: true });
}

function checkSecret(store: Store, name: string, { repair, report }: RecordCheck): void {
  const problem = damageOf(() => readSecret(store, name));
  if (problem === undefined) return;
  const text = `secret ${name}: ${problem}`;
  if (!repair) {
    report({ text: `${text}: use --repair, or \`tspod secret rm ${name}\``, repaired: false });
    return;
  }
  const aside = setAside(store, secretPath(store, name), `secret-${name}`);
  report({ text: `${text}: set aside as "${aside}": create it again`, repaired: true });
}

/** @returns absolute path of where it is now */
function setAside(store: Store, path: string, name: string): string {
  const directory = join(store.root, "damaged");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const aside = join(directory, `${name}-${randomHex(4)}`);
  renameSync(path, aside);
  return aside;
}

function setAsideIfThere(store: Store, path: string, name: string): void {
  try {
    setAside(store, path, name);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
