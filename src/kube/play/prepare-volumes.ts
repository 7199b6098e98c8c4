import { chmodSync, lchownSync, mkdirSync, rmdirSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { shortId } from "../../oci/short-id.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../../storage/store.ts";
import { createVolume } from "../../volume/create.ts";
import type { PodFacts } from "../plan/facts.ts";
import type { MountSource } from "../plan/mounts.ts";
import { type VolumeFile, volumeFiles } from "../plan/volume-files.ts";
import { quantityBytes } from "../schema/quantity.ts";
import { HOST_PATH_TYPES } from "../schema/volume.ts";
import type { Maybe } from "../types/metadata.ts";
import type { PodSpec } from "../types/pod.ts";
import type { KubeVolume } from "../types/volume.ts";
import { withPlace } from "./plan-pod.ts";

export interface VolumePlace {
  readonly store: Store;
  /** Absolute path of a directory of the pod's own, which goes with it. */
  readonly directory: string;
  /** Relative hostPaths start there. */
  readonly cwd: string;
  /** What was made outside of that directory is removed again if the rest fails. */
  readonly undo: AsyncDisposableStack;
}

/**
 * Where the volumes would be: for a look at the whole pod before anything is made.
 * @throws {TspodError} If one refers to what is not there.
 */
export function rehearsedVolumes(spec: PodSpec, facts: PodFacts): Map<string, MountSource> {
  return new Map(
    (spec.volumes ?? []).map((volume) => {
      volumeFiles(volume, facts);
      return [volume.name, rehearsed(volume)] as const;
    }),
  );
}

function rehearsed(volume: KubeVolume): MountSource {
  const { hostPath, persistentVolumeClaim: claim, image } = volume;
  if (claim) return { kind: "volume", name: claim.claimName, readOnly: claim.readOnly === true };
  if (image) return { kind: "image", reference: image.reference };
  if (hostPath && isDevice(hostPath.type)) return { kind: "device", path: hostPath.path };
  return { kind: "path", path: hostPath?.path || `/volumes/${volume.name}` };
}

function isDevice(type: Maybe<string>): boolean {
  return type === "CharDevice" || type === "BlockDevice";
}

/**
 * Make what the pod's volumes need.
 * @throws {TspodError} If a path of the host is not what it should be, or a volume of no known kind.
 */
export function prepareVolumes(spec: PodSpec, facts: PodFacts, place: VolumePlace): Map<string, MountSource> {
  const group = spec.securityContext?.fsGroup ?? undefined;
  return new Map(
    (spec.volumes ?? []).map(
      (volume) =>
        [
          volume.name,
          withPlace(`failed to create volume "${volume.name}"`, () =>
            prepared(volume, { facts, place, group }),
          ),
        ] as const,
    ),
  );
}

interface Preparation {
  readonly facts: PodFacts;
  readonly place: VolumePlace;
  /** fsGroup. */
  readonly group: number | undefined;
}

function prepared(volume: KubeVolume, preparation: Preparation): MountSource {
  const { facts, place, group } = preparation;
  const { hostPath, emptyDir, persistentVolumeClaim: claim, image } = volume;
  if (hostPath) return hostPathSource(hostPath, place);
  if (claim) return claimSource(claim, preparation);
  if (image) return { kind: "image", reference: image.reference };
  if (emptyDir?.medium === "Memory") return memorySource(volume, preparation);
  const files = volumeFiles(volume, facts);
  const path = join(place.directory, "volumes", volume.name);
  if (files !== undefined) {
    writeFiles(path, files, group);
    return { kind: "path", path, readOnly: true };
  }
  if (!("emptyDir" in volume)) throw new TspodError("it is of no kind that is carried out here");
  makeDirectory(path, { mode: 0o777, group });
  return { kind: "path", path };
}

function makeDirectory(path: string, { mode, group }: { mode: number; group: number | undefined }): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (group !== undefined) chown(path, group);
  // Files in it get the directory's group.
  chmodSync(path, group === undefined ? mode : mode | 0o2070);
}

function chown(path: string, group: number): void {
  try {
    lchownSync(path, 0, group);
  } catch (error) {
    if (!hasCode(error, "EINVAL")) throw error;
    throw new TspodError(
      `fsGroup ${group}: there is no such group among your subordinate ones (/etc/subgid)`,
    );
  }
}

function writeFiles(directory: string, files: readonly VolumeFile[], group: number | undefined): void {
  makeDirectory(directory, { mode: 0o755, group });
  for (const { path, bytes, mode } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, bytes, { flag: "wx" });
    if (group !== undefined) chown(file, group);
    // As Kubernetes: who is in the group may read it.
    chmodSync(file, group === undefined ? mode : mode | 0o040);
  }
}

/** A tmpfs that the pod's containers share, and that goes with the last of them. */
function memorySource(volume: KubeVolume, { facts, place, group }: Preparation): MountSource {
  const limit = volume.emptyDir?.sizeLimit;
  const options = [
    `mode=${group === undefined ? "1777" : "2777"}`,
    ...(limit === null || limit === undefined ? [] : [`size=${quantityBytes(limit)}`]),
    ...(group === undefined ? [] : [`gid=${group}`]),
  ];
  const { name } = createVolume(place.store, {
    name: `${shortId(facts.podId)}-${volume.name}`,
    options: { type: "tmpfs", device: "tmpfs", o: options.join(",") },
  });
  return { kind: "volume", name, ofPod: true };
}

function claimSource(
  { claimName, readOnly }: NonNullable<KubeVolume["persistentVolumeClaim"]>,
  { place }: Preparation,
): MountSource {
  createVolume(place.store, { name: claimName, orExisting: true });
  return { kind: "volume", name: claimName, readOnly: readOnly === true };
}

type HostPath = NonNullable<KubeVolume["hostPath"]>;

function hostPathSource({ path: given, type }: HostPath, place: VolumePlace): MountSource {
  const path = resolve(place.cwd, given);
  const kind = type || "";
  if (kind !== "" && !HOST_PATH_TYPES.some((known) => known === kind))
    throw new TspodError(`invalid HostPath type ${kind}`);
  if (kind === "DirectoryOrCreate") createDirectory(path, place.undo);
  if (kind === "FileOrCreate") createFile(path, place.undo);
  checkKind(path, kind);
  return isDevice(kind) ? { kind: "device", path } : { kind: "path", path };
}

function createDirectory(path: string, undo: AsyncDisposableStack): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o755 });
  if (first === undefined) return;
  undo.defer(() => {
    // Only what is empty still, up to the first that was made.
    for (let made = path; ; made = dirname(made)) {
      quietly(() => rmdirSync(made));
      if (made === first) break;
    }
  });
}

function createFile(path: string, undo: AsyncDisposableStack): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o644 });
    undo.defer(() => quietly(() => unlinkSync(path)));
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Somebody has put something there, or it has gone.
  }
}

/** What a hostPath's type stands for, and the test of it. */
const KINDS: Readonly<
  Record<string, readonly [what: string, is: (stats: ReturnType<typeof statSync>) => boolean]>
> = {
  Directory: ["a directory", (stats) => stats?.isDirectory() ?? false],
  DirectoryOrCreate: ["a directory", (stats) => stats?.isDirectory() ?? false],
  File: ["a regular file", (stats) => stats?.isFile() ?? false],
  FileOrCreate: ["a regular file", (stats) => stats?.isFile() ?? false],
  Socket: ["a socket", (stats) => stats?.isSocket() ?? false],
  CharDevice: ["a character device", (stats) => stats?.isCharacterDevice() ?? false],
  BlockDevice: ["a block device", (stats) => stats?.isBlockDevice() ?? false],
};

/** Types whose path Podman looks at itself. */
const SPECIAL: ReadonlySet<string> = new Set(["Socket", "CharDevice", "BlockDevice"]);

/** @throws {TspodError} In Podman's words. */
function checkKind(path: string, kind: string): void {
  let stats: ReturnType<typeof statSync>;
  try {
    stats = statSync(path);
  } catch (error) {
    if (!SPECIAL.has(kind) && hasCode(error, "ENOENT"))
      throw new TspodError(`in parsing HostPath in YAML: faccessat ${path}: no such file or directory`);
    throw new TspodError(`checking HostPath${kind}`, { cause: error });
  }
  const [what, is] = KINDS[kind] ?? [];
  if (what !== undefined && is?.(stats) === false)
    throw new TspodError(`checking HostPath${kind}: path ${path} is not ${what}`);
}
