import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { S_IFDIR, S_IFMT } from "../../os/at.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";
import { resolveImage } from "../../storage/images/stored-image.ts";
import { linkLayers } from "../../storage/layers/link-layers.ts";
import { type RootfsPlan, rootfsPlan } from "../../storage/rootfs/rootfs.ts";
import type { Store } from "../../storage/store.ts";
import { openLowerChain } from "../../storage/tree/lower-chain.ts";
import { removeTree } from "../../storage/tree/remove-tree.ts";
import { resolveInChain } from "../../storage/tree/resolve-in-chain.ts";
import type { ContainerPaths } from "../state/paths.ts";
import { withSubpath } from "./subpath.ts";

/** How the images are mounted that a container has in its own files, by their places there. */
export type ImageMounts = ReadonlyMap<string, RootfsPlan>;

/**
 * The same requests with the layers of their images, which the container refers to from now on.
 * @throws {NotFoundError} If an image is not there: as with podman it is not pulled.
 */
export function findMountedImages(store: Store, mounts: readonly MountRequest[]): Promise<MountRequest[]> {
  return Promise.all(
    mounts.map(async (mount) => {
      if (mount.type !== "image") return mount;
      const found = resolveImage(store, mount.image);
      if (found === undefined)
        throw new NotFoundError(
          `creating image volume "${mount.image}":"${mount.destination}": ${mount.image}: image not known`,
        );
      const { chainIds, readOnlyStore: other } = found.image;
      if (other !== undefined) await linkLayers(store, other, chainIds);
      return { ...mount, chainIds };
    }),
  );
}

/**
 * The images that the monitor has to mount beside the root filesystem. Changes that were written into one are
 * gone with the next start.
 */
export async function planImageMounts(
  store: Store,
  { options }: ContainerRecord,
  paths: ContainerPaths,
): Promise<ImageMounts> {
  const plans = new Map<string, RootfsPlan>();
  for (const [index, mount] of options.mounts.entries()) {
    if (mount.type !== "image") continue;
    const directory = join(paths.directory, "images", String(index));
    removeTree(directory);
    for (const name of ["upper", "work", "merged"]) mkdirSync(join(directory, name), { recursive: true });
    plans.set(
      mount.destination,
      await rootfsPlan(store, { chainIds: mount.chainIds ?? [], directory, idMaps: options.idMaps }),
    );
  }
  return plans;
}

/**
 * A mount of an image with its source: where the monitor mounts the image, or its subpath.
 * @param index of the mount in the container's options
 * @throws {TspodError} If the image has no such subpath.
 */
export function withImageSource(
  mount: ResolvedMount,
  { images, paths, index }: { images: ImageMounts; paths: ContainerPaths; index: number },
): ResolvedMount {
  if (mount.request.type !== "image") return mount;
  const { subpath, destination, image } = mount.request;
  const plan = images.get(destination);
  const root = plan?.path ?? "";
  if (subpath === undefined) return { ...mount, source: root };
  const isDirectory = isDirectoryIn(plan?.lowers ?? [], subpath);
  if (isDirectory === undefined)
    throw new TspodError(`image "${image}" has no "${subpath}": no such file or directory`);
  return withSubpath(mount, { root, path: subpath, paths, index, isDirectory, whose: `image "${image}"` });
}

/** Read from the layers, since the image is mounted by the monitor only. undefined: there is nothing. */
function isDirectoryIn(lowers: readonly string[], path: string): boolean | undefined {
  using chain = openLowerChain(lowers);
  const resolved = resolveInChain(chain, Buffer.from(path).toString("latin1"));
  const node = resolved === undefined ? undefined : chain.find(resolved);
  return node && (node.status.mode & S_IFMT) === S_IFDIR;
}
