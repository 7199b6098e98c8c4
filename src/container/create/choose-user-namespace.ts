import type { Digest } from "../../oci/digest.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { accountIdCount } from "../../options/id-maps/account-id-count.ts";
import { chooseIdMaps } from "../../options/id-maps/choose-id-maps.ts";
import { readIdMaps } from "../../rootless/id-map.ts";
import { listContainerRecords } from "../../storage/containers/container-directory.ts";
import { layerFiles } from "../../storage/layers/layers.ts";
import { readAccountFiles } from "../rootfs/image-accounts.ts";
import { hostGroup, hostUser } from "../start/host-accounts.ts";
import type { Engine } from "../state/engine.ts";
import { findContainer } from "../state/find.ts";

/** containers/storage's AutoUserNsMinSize. */
const AUTO_LEAST = 1024;

/**
 * The options with what a user namespace of the container's own brings along: its ids; with keep-id the
 * caller as its user, in its passwd. They are chosen once: what the container writes belongs to them. The
 * caller holds the lock `userns.lock` until the container is there, so that no other gets the same ids of
 * `auto`.
 * @param chainIds layers of the image, base first
 * @throws {NotFoundError} If there is no container to share with.
 */
export function chooseUserNamespace(
  engine: Engine,
  options: CreateOptions,
  chainIds: readonly Digest[],
): CreateOptions {
  const { userns } = options;
  if (userns.kind === "host") return options;
  const { uid, gid } = engine.launch;
  const maps = readIdMaps();
  const auto = userns.kind === "auto";
  const idMaps = chooseIdMaps(userns, {
    uidMap: maps.uid,
    gidMap: maps.gid,
    uid,
    gid,
    used: auto ? usedMaps(engine) : [],
    imageSize: auto ? imageSize(engine, chainIds) : 0,
    ofContainer: (other) => findContainer(engine, other).record.options.idMaps,
  });
  if (idMaps === undefined)
    return userns.kind === "path" ? options : { ...options, userns: { kind: "host" } };
  return { ...options, idMaps, ...(userns.kind === "keep-id" && asCaller(engine, options, userns)) };
}

function usedMaps({ store }: Engine) {
  const owned = listContainerRecords(store).filter(
    ({ options: { userns } }) => userns.kind === "auto" || userns.kind === "maps",
  );
  return owned.flatMap(({ options: { idMaps } }) => (idMaps === undefined ? [] : [idMaps]));
}

function imageSize({ store }: Engine, chainIds: readonly Digest[]): number {
  const accounts = readAccountFiles(chainIds.map((id) => layerFiles(store, id)).reverse());
  return Math.max(AUTO_LEAST, accountIdCount(accounts));
}

/** @see podman-run(1), --userns keep-id: "also sets the user, if none is given" */
function asCaller(
  { launch }: Engine,
  { process, hostUsers }: CreateOptions,
  { uid, gid }: { readonly uid?: number; readonly gid?: number },
): Partial<CreateOptions> {
  const user = process.user === "" ? `${uid ?? launch.uid}:${gid ?? launch.gid}` : process.user;
  if (uid !== undefined || gid !== undefined) return { process: { ...process, user } };
  const caller = hostUser(String(launch.uid));
  const group = hostGroup(launch.gid);
  return {
    process: { ...process, user },
    ...(caller !== undefined && { hostUsers: [...hostUsers, caller] }),
    ...(group !== undefined && { hostGroup: { name: group, gid: launch.gid, member: caller?.name ?? "" } }),
  };
}
