import { type ContainerRecord, givenRootfs } from "../../options/container-record.ts";
import { layerFiles } from "../../storage/layers/layers.ts";
import type { RootfsRequest } from "../../storage/rootfs/rootfs.ts";
import { rootfsBase } from "../../storage/rootfs/rootfs-base.ts";
import type { Store } from "../../storage/store.ts";
import type { ContainerPaths } from "../state/paths.ts";

/** The directories that a container's root filesystem is made of, upper directory first, base last. */
export function rootfsDirectories(store: Store, record: ContainerRecord, paths: ContainerPaths): string[] {
  const given = givenRootfs(record.options);
  if (given !== undefined) return [given];
  const upper = `${paths.directory}/upper`;
  const base = rootfsBase(record.options);
  if (base !== undefined) return [upper, base];
  const lowers = record.chainIds.map((chainId) => layerFiles(store, chainId));
  return [upper, ...lowers.reverse()];
}

/** What its root filesystem is to be made of. */
export function rootfsRequest(
  { chainIds, options }: ContainerRecord,
  { directory }: ContainerPaths,
): RootfsRequest {
  return { chainIds, base: rootfsBase(options), directory, idMaps: options.idMaps };
}
