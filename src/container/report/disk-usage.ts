import { join } from "node:path";
import type { Digest } from "../../oci/digest.ts";
import { imageUserCounts } from "../../storage/images/image-removal.ts";
import { listAllImages, type StoredImage } from "../../storage/images/stored-image.ts";
import { soundLayer } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
import { listVolumes, volumeData, volumePath, volumeUsers } from "../../volume/volumes.ts";
import { containerSize, treeSize } from "../rootfs/container-size.ts";
import { type Container, type ContainerPlace, listContainers } from "../state/list.ts";

export interface ImageUsage {
  readonly image: StoredImage;
  /** Bytes of the layers that other images have too. */
  readonly shared: number;
  /** Bytes that would be free without it. */
  readonly unique: number;
  /** How many containers were made from it. */
  readonly containers: number;
}

export interface ContainerUsage {
  readonly container: Container;
  /** Bytes of its own layer. */
  readonly size: number;
}

export interface VolumeUsage {
  readonly name: string;
  /** How many containers use it. */
  readonly links: number;
  /** Bytes. */
  readonly size: number;
}

/** What the images, containers and volumes of a store take. Walks volumes and containers' own layers. */
export interface DiskUsage {
  readonly images: readonly ImageUsage[];
  /** Bytes of all images together; shared layers count once. */
  readonly imagesSize: number;
  /** Bytes of the images that no container uses, without what the others share with them. */
  readonly imagesReclaimable: number;
  readonly containers: readonly ContainerUsage[];
  readonly volumes: readonly VolumeUsage[];
}

/**
 * Sizes are those of the uncompressed layers, as Podman counts them; the compressed blobs beside them do not
 * count.
 */
export function diskUsage(place: ContainerPlace): DiskUsage {
  const { store } = place;
  // An image that is in two stores is one; a layer of another store takes no less room for that.
  const all = listAllImages(store);
  const images = all.filter(({ id }, at) => all.findIndex((other) => other.id === id) === at);
  const owners = countOwners(images);
  const users = imageUserCounts(store);
  const usage = images.map((image): ImageUsage => {
    const shared = layersSize(
      store,
      image.chainIds.filter((id) => (owners.get(id) ?? 0) > 1),
    );
    return {
      image,
      shared,
      unique: image.size - shared,
      containers: users.get(image.id) ?? 0,
    };
  });
  const total = sizeOf(store, images);
  const used = sizeOf(
    store,
    usage.filter(({ containers }) => containers > 0).map(({ image }) => image),
  );
  return {
    images: usage,
    imagesSize: total,
    imagesReclaimable: total - used,
    containers: listContainers(place).map((container) => ({
      container,
      size: containerSize(store, container).rwSize,
    })),
    volumes: listVolumes(store).map(({ name, driver }) => ({
      name,
      links: volumeUsers(store, name).length,
      size: treeSize(volumeData(store, name)) + (driver === "image" ? ownSize(store, name) : 0),
    })),
  };
}

/** Bytes of what was written over an image's files: these count with the image. */
function ownSize(store: Store, name: string): number {
  return treeSize(join(volumePath(store, name), "upper"));
}

function countOwners(images: readonly StoredImage[]): Map<Digest, number> {
  const owners = new Map<Digest, number>();
  for (const { chainIds } of images) for (const id of chainIds) owners.set(id, (owners.get(id) ?? 0) + 1);
  return owners;
}

/** Bytes of several images, each layer once. */
function sizeOf(store: Store, images: readonly StoredImage[]): number {
  const layers = new Set(images.flatMap(({ chainIds }) => chainIds));
  const own = images.reduce((sum, { size, chainIds }) => sum + size - layersSize(store, chainIds), 0);
  return own + layersSize(store, layers);
}

function layersSize(store: Store, chainIds: Iterable<Digest>): number {
  let size = 0;
  for (const id of chainIds) size += soundLayer(store, id)?.size ?? 0;
  return size;
}
