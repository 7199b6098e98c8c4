import { existsSync } from "node:fs";
import { type Owner, ownerInContainer, ownerOnHost } from "../../oci/id-maps.ts";
import { lookupUser } from "../../oci/lookup-user.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { Store } from "../../storage/store.ts";
import type { ChangeOwner } from "../../storage/tree/copy-node.ts";
import type { ContainerPaths } from "../state/paths.ts";
import { type AccountFiles, readAccountFiles, readAccounts } from "./image-accounts.ts";
import { rootfsDirectories } from "./rootfs-directories.ts";

/** The container's passwd and group: its own, or those that were bound over them at its last start. */
export function containerAccounts(
  store: Store,
  record: ContainerRecord,
  paths: ContainerPaths,
): AccountFiles {
  const image = readAccountFiles(rootfsDirectories(store, record, paths));
  const own = (path: string): string | undefined =>
    record.options.passwd && existsSync(path) ? readAccounts(path) : undefined;
  return {
    passwdText: own(paths.passwd) ?? image.passwdText,
    groupText: own(paths.group) ?? image.groupText,
  };
}

/** The user that the container's first process runs as, by the ids that its files have on disk. */
export function containerUserOnHost(store: Store, record: ContainerRecord, paths: ContainerPaths): Owner {
  const { uid, gid } = lookupUser(record.options.process.user, containerAccounts(store, record, paths));
  const { idMaps } = record.options;
  return idMaps === undefined ? { uid, gid } : ownerOnHost(idMaps, { uid, gid });
}

/** Whose files on disk are for the container; undefined where it has the ids of our user namespace. */
export function ownerSeenInside({ options }: Pick<ContainerRecord, "options">): ChangeOwner | undefined {
  const { idMaps } = options;
  return idMaps && ((owner) => ownerInContainer(idMaps, owner));
}
