import type { Digest } from "../oci/digest.ts";
import type { CreateOptions } from "./create-options.ts";

/**
 * A container as it was created: containers/<id>/container.json. It never changes after creation but by
 * rename and update; what happens to the container is read from facts (the monitor's status and exit files).
 */
export interface ContainerRecord {
  readonly schemaVersion: 1;
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  /** Absent with --rootfs. */
  readonly image?: {
    /** Digest of the image config. */
    readonly id: Digest;
    /** Digest of the index that it was pulled through, otherwise of the manifest. */
    readonly digest: Digest;
    /** The full reference as resolved when the container was created. */
    readonly name: string;
  };
  /** Layer chain IDs, base first: the lower directories of the root filesystem. */
  readonly chainIds: readonly Digest[];
  /** What the user asked for, with the image's config merged in. */
  readonly options: CreateOptions;
  /** The command line that created it, for inspect's CreateCommand. */
  readonly createCommand: readonly string[];
  readonly runtime: { readonly name: string; readonly path: string; readonly byPath?: boolean };
  /** `--cgroup-manager`, where that was given: its starts keep to it. */
  readonly cgroupManager?: string;
  /** Anonymous and named volumes in use, by name. */
  readonly volumes: readonly {
    readonly name: string;
    readonly destination: string;
    readonly anonymous: boolean;
  }[];
}

/** ChainIDs of all layers that a container needs: of its root file system, and of images that it mounts. */
export function layersOf({ chainIds, options }: ContainerRecord): readonly Digest[] {
  const mounted = options.mounts.flatMap((mount) => (mount.type === "image" ? (mount.chainIds ?? []) : []));
  return [...chainIds, ...mounted];
}
