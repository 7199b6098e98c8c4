import type { Owner } from "../oci/id-maps.ts";
import { flag, integer, map, members, oneOf, type Shape, text } from "../oci/shape.ts";
import { type VolumeImage, volumeImageShape } from "../storage/image-volumes.ts";

/** volumes/<name>/volume.json */
export interface VolumeRecord {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly driver: "local" | "image";
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** As asked for: the volume's first use leaves it. */
  readonly owner?: Owner;
  readonly anonymous: boolean;
  /** With the driver `image`. */
  readonly image?: VolumeImage;
  /** With the driver `image`: 64 hex digits, for `inspect`. */
  readonly storageId?: string;
}

export interface VolumeRequest {
  /** Absent: anonymous, a random name of 64 hex digits. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  readonly owner?: Owner;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  /** It goes when this container, which it is made for, does not come to be: volume-bond.ts. */
  readonly bondedTo?: string;
  /** Of an image, in place of an empty directory: the caller holds the storage lock. */
  readonly image?: VolumeImage;
  /** Give back the volume of that name where there is one, instead of failing. */
  readonly orExisting?: boolean;
}

/** @param name which its record must have */
export function volumeShape(name: string): Shape<VolumeRecord> {
  return members(
    {
      schemaVersion: oneOf(1),
      name: oneOf(name),
      driver: oneOf("local", "image"),
      created: text,
      labels: map(text),
      options: map(text),
      anonymous: flag,
    },
    { owner: members({ uid: integer, gid: integer }), image: volumeImageShape, storageId: text },
  );
}
