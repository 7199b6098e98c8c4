import { NotFoundError, TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import type { NetworkMode } from "../../options/network-mode.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import type { Runtime } from "../../rootless/runtime.ts";
import { createContainerDirectory, newContainerId } from "../../storage/containers/container-directory.ts";
import { appendEvent } from "../../storage/events.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import { hasLayer } from "../../storage/layers/layers.ts";
import { lockStorage } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { loosen } from "../../storage/volume-bond.ts";
import { createVolume } from "../../volume/create.ts";
import { removeWithEvent } from "../../volume/remove.ts";
import { addVolumeRef, dropVolumeRef } from "../../volume/volumes.ts";
import { checkHost } from "../start/check-host.ts";
import { noteDependent, requiredContainers, withSharedIds } from "../start/dependencies.ts";
import { containerEvent } from "../start/event.ts";
import { checkTargets } from "../start/namespaces.ts";
import type { Engine } from "../state/engine.ts";
import { type Container, withState } from "../state/list.ts";
import { chooseName } from "./choose-name.ts";
import { choosePorts } from "./choose-ports.ts";
import { mountsFromContainers } from "./volumes-from.ts";

/** What a container needs to know of its image. */
export interface ImageOfContainer
  extends Pick<StoredImage, "id" | "topDigest" | "chainIds" | "readOnlyStore"> {
  /** The caller has the layers: those of a build may still be on their way to the disk. */
  readonly isAssured?: boolean;
}

export interface CreateRequest {
  /** The ID, 64 hex digits; absent: a random one. */
  readonly id?: string | undefined;
  readonly options: CreateOptions;
  /** The name; absent: a random one. */
  readonly name?: string | undefined;
  /** Absent with --rootfs. */
  readonly image?: { readonly stored: ImageOfContainer; readonly name: string } | undefined;
  readonly runtime: Runtime;
  /** The full command line. */
  readonly createCommand: readonly string[];
  /** Called after the last await, just before the directory is renamed into its place. */
  readonly beforeMade?: (() => void) | undefined;
}

/**
 * Make a container, without starting it: all of it or nothing.
 * @throws {InUseError} If the name is taken.
 * @throws {NotFoundError} If a mount's source, or a container to take volumes from, is not there.
 * @throws {TspodError} If the image has gone meanwhile.
 */
export async function createContainer(engine: Engine, request: CreateRequest): Promise<Container> {
  const { store } = engine;
  engine.launch.trace?.mark("read the command line");
  const asked = await withExpandedGlobs(request.options);
  if (asked.mounts.some((mount) => mount.type === "bind" && mount.noDereference))
    (await import("./check-no-dereference.ts")).checkNoDereference(request.runtime);
  checkHost(asked);
  checkTargets(engine, asked);
  using pod = asked.pod === undefined ? undefined : await joinPod(store, asked);
  using _storage = await lockStorage(store, "shared");
  if (request.image !== undefined) await assertImageIsHere(store, request.image.stored);
  const completed = await completeOptions(engine, asked);
  const chainIds = request.image?.stored.chainIds ?? [];
  using _ids = completed.userns.kind === "host" ? undefined : await acquireLock(`${store.locks}/userns.lock`);
  const id = request.id ?? newContainerId();
  await using undo = new AsyncDisposableStack();
  const options = await withLogFile(await withUserNamespace(engine, completed, chainIds), { id, undo });
  const volumes = claimVolumes(store, id, { mounts: options.mounts, undo });
  const record: ContainerRecord = {
    schemaVersion: 1,
    id,
    name: request.name ?? chooseName(store),
    created: nowRfc3339Nano(),
    ...(request.image === undefined
      ? {}
      : {
          image: {
            id: request.image.stored.id,
            digest: request.image.stored.topDigest,
            name: request.image.name,
          },
        }),
    chainIds,
    options,
    createCommand: request.createCommand,
    runtime: request.runtime,
    ...(engine.cgroupManager === undefined ? {} : { cgroupManager: engine.cgroupManager }),
    volumes,
  };
  noteDependent(engine, record, undo);
  if (pod !== undefined) undo.defer(pod.note(id));
  request.beforeMade?.();
  await createContainerDirectory(store, record, await secretWriter(store, record));
  undo.move();
  if (!options.rm) loosenVolumes(store, record);
  appendEvent(store, containerEvent(record, "create"));
  engine.launch.trace?.mark("create the container");
  return withState(engine, record);
}

async function withLogFile(
  options: CreateOptions,
  made: { readonly id: string; readonly undo: AsyncDisposableStack },
): Promise<CreateOptions> {
  if (options.log.path === undefined) return options;
  return (await import("./log-directory.ts")).withLogDirectory(options, made);
}

async function joinPod(store: Store, options: CreateOptions) {
  return (await import("./join-pod.ts")).joinPod(store, options);
}

async function secretWriter(store: Store, record: ContainerRecord) {
  if (record.options.secrets.length === 0) return undefined;
  const { writeSecrets } = await import("../start/secrets.ts");
  return (directory: string): void => writeSecrets(store, record, directory);
}

async function assertImageIsHere(store: Store, image: ImageOfContainer): Promise<void> {
  const other = image.readOnlyStore;
  if (other !== undefined) {
    const { linkLayers } = await import("../../storage/layers/link-layers.ts");
    await linkLayers(store, other, image.chainIds);
  }
  if (image.isAssured || image.chainIds.every((chainId) => hasLayer(store, chainId))) return;
  throw new NotFoundError(`image ${image.id} was removed meanwhile: run the command again`);
}

/** Adds what is known only now: mounts of other containers, free ports. */
async function completeOptions(engine: Engine, options: CreateOptions): Promise<CreateOptions> {
  const ports = await choosePorts(options.network.ports);
  const secrets =
    options.secrets.length === 0
      ? []
      : (await import("../start/secrets.ts")).findSecrets(engine.store, options.secrets);
  const merged = mergeMounts(options.mounts, mountsFromContainers(engine, options.volumesFrom));
  const mounts = await withMountedImages(engine.store, merged);
  const requires = options.requires.length === 0 ? [] : requiredContainers(engine, options.requires);
  return {
    ...withSharedIds(engine, options),
    mounts,
    secrets,
    requires,
    network: { ...options.network, ports, mode: await withNetworkNames(engine, options.network.mode) },
  };
}

async function withNetworkNames(engine: Engine, mode: NetworkMode): Promise<NetworkMode> {
  if (mode.kind !== "bridge") return mode;
  const { resolveNetworks } = await import("./choose-networks.ts");
  const { networkPlace } = await import("../state/network-place.ts");
  return { ...mode, networks: resolveNetworks(networkPlace(engine), mode.networks) };
}

/** The caller holds userns.lock: ids are chosen one container at a time. */
async function withUserNamespace(
  engine: Engine,
  options: CreateOptions,
  chainIds: readonly Digest[],
): Promise<CreateOptions> {
  if (options.userns.kind === "host") return options;
  const { chooseUserNamespace } = await import("./choose-user-namespace.ts");
  return chooseUserNamespace(engine, options, chainIds);
}

async function withExpandedGlobs(options: CreateOptions): Promise<CreateOptions> {
  if (!options.mounts.some(({ type }) => type === "glob")) return options;
  const { expandGlobs } = await import("../rootfs/expand-globs.ts");
  return { ...options, mounts: expandGlobs(options.mounts) };
}

async function withMountedImages(
  store: Store,
  mounts: readonly MountRequest[],
): Promise<readonly MountRequest[]> {
  if (!mounts.some(({ type }) => type === "image")) return mounts;
  return await (await import("../rootfs/image-mounts.ts")).findMountedImages(store, mounts);
}

/**
 * The user's mounts take precedence over those of other containers, and these over those that the image
 * declares.
 */
function mergeMounts(own: readonly MountRequest[], others: readonly MountRequest[]): MountRequest[] {
  const rank = [own.filter(isFromImage), others, own.filter((mount) => !isFromImage(mount))];
  return [...new Map(rank.flat().map((mount) => [mount.destination, mount])).values()];
}

function isFromImage(mount: MountRequest): boolean {
  return mount.type === "volume" && mount.fromImage === true;
}

interface VolumeClaims {
  readonly mounts: readonly MountRequest[];
  readonly undo: AsyncDisposableStack;
}

/** Make the volumes that are not there, and note in each that this container uses it. */
function claimVolumes(store: Store, id: string, { mounts, undo }: VolumeClaims): ContainerRecord["volumes"] {
  return mounts.flatMap((mount) => {
    if (mount.type !== "volume") return [];
    const anonymous = mount.anonymous ?? mount.name === undefined;
    const volume = createVolume(store, {
      ...(mount.name === undefined ? {} : { name: mount.name }),
      ...(anonymous && { bondedTo: id }),
      orExisting: true,
    });
    addVolumeRef(store, volume.name, id);
    undo.defer(() => {
      const last = dropVolumeRef(store, volume.name, id);
      if (last && anonymous) removeWithEvent(store, volume.name);
    });
    return [{ name: volume.name, destination: mount.destination, anonymous }];
  });
}

/** A later `rm` leaves anonymous volumes, unless it is asked for them. */
function loosenVolumes(store: Store, { volumes }: ContainerRecord): void {
  for (const { name, anonymous } of volumes) if (anonymous) loosen(store, name);
}

/** @throws {TspodError} If `--rm` and the restart policy contradict each other. */
export function checkRestart({ rm, restart }: CreateOptions): void {
  if (rm && (restart.name === "always" || restart.name === "unless-stopped")) {
    throw new TspodError(
      'the --rm option conflicts with --restart, when the restartPolicy is not "" and "no"',
    );
  }
}
