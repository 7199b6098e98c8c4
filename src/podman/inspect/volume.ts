import type { VolumeRecord } from "../../volume/volumes.ts";
import { goMap, goTime } from "../go/value.ts";
import { withUnset } from "./with-unset.ts";

/** What inspect shows of a volume beyond its record. */
export interface VolumeFacts {
  /** Absolute path of its content. */
  readonly mountpoint: string;
  /** How many running containers have it mounted. */
  readonly mountCount: number;
  readonly needsCopyUp: boolean;
  readonly needsChown: boolean;
}

/** A volume as `podman volume inspect` (4.3) shows it. */
export function inspectVolume(
  volume: VolumeRecord,
  { mountpoint, mountCount, needsCopyUp, needsChown }: VolumeFacts,
) {
  const shown = {
    Name: volume.name,
    Driver: volume.driver,
    Mountpoint: mountpoint,
    CreatedAt: goTime(volume.created),
    Labels: goMap(volume.labels),
    Scope: "local",
    Options: goMap(volume.options),
    ...(volume.owner?.uid ? { UID: volume.owner.uid } : {}),
    ...(volume.owner?.gid ? { GID: volume.owner.gid } : {}),
    ...(volume.anonymous ? { Anonymous: true } : {}),
    MountCount: mountCount,
    ...(volume.storageId === undefined ? {} : { StorageID: volume.storageId }),
    ...(needsCopyUp && { NeedsCopyUp: true }),
    ...(needsChown && volume.owner === undefined && { NeedsChown: true }),
  };
  return withUnset(shown, {
    Status: goMap(undefined),
    UID: 0,
    GID: 0,
    Anonymous: false,
    NeedsCopyUp: false,
    NeedsChown: false,
    Timeout: 0,
    StorageID: "",
    LockNumber: 0,
  });
}
