import type { Digest } from "../oci/digest.ts";

/** Mount flags that a request may set either way; absent means the default for its kind. */
export interface MountFlags {
  readonly dev?: boolean;
  readonly exec?: boolean;
  readonly suid?: boolean;
  readonly noatime?: boolean;
}

/** How mounts travel between the container and the host; the `r` forms take the mounts below along. */
export type Propagation =
  | "private"
  | "rprivate"
  | "shared"
  | "rshared"
  | "slave"
  | "rslave"
  | "unbindable"
  | "runbindable";

interface MountCommon {
  /** Absolute and clean path in the container. */
  readonly destination: string;
  readonly readOnly: boolean;
  readonly flags: MountFlags;
  /** `U`: the content is given to the container's user first. */
  readonly chown?: boolean;
  /** `z` and `Z`: kept for inspect, nothing is labelled without SELinux. */
  readonly relabel?: "shared" | "private";
}

/** A directory or file of the host. */
export interface BindRequest extends MountCommon {
  readonly type: "bind";
  /** Absolute path on the host. */
  readonly source: string;
  /** Absent: `rprivate`. */
  readonly propagation?: Propagation;
  /** Whether the mounts below the source come along (`rbind`, the default). */
  readonly recursive: boolean;
  /** What of the source is mounted: containers may write there, so it is looked for below the source only. */
  readonly subpath?: string;
  /** `O`: changes go to an overlay that ends with the container. */
  readonly overlay?: { readonly upper?: string; readonly work?: string };
  /** `no-dereference`: a source that is a symlink appears as that symlink. */
  readonly noDereference?: boolean;
  /** `own`: at the container's end all in it that belongs to other ids is given to the user. */
  readonly own?: boolean;
}

/** A volume: by name, or anonymous without one. */
export interface VolumeRequest extends MountCommon {
  readonly type: "volume";
  /** Absent: anonymous, removed with the container. */
  readonly name?: string;
  /** Whether one with a name is removed with the last container that uses it. */
  readonly anonymous?: boolean;
  readonly propagation?: Propagation;
  /** Whether an empty volume takes over what the image has at the destination. */
  readonly copy: boolean;
  readonly subpath?: string;
  readonly overlay?: { readonly upper?: string; readonly work?: string };
  /** The image declares it (`VOLUME`); the user did not ask. */
  readonly fromImage?: boolean;
}

export interface TmpfsRequest extends MountCommon {
  readonly type: "tmpfs" | "ramfs";
  /** Bytes. */
  readonly size?: string;
  /** Octal digits. */
  readonly mode?: string;
  /** Whether it starts with what the image has at the destination (`tmpcopyup`, the default). */
  readonly copyUp: boolean;
  /** Further options for the kernel (uid=, gid=, nr_inodes=…). */
  readonly data: readonly string[];
}

/** The root filesystem of another image. */
export interface ImageMountRequest extends MountCommon {
  readonly type: "image";
  readonly image: string;
  readonly subpath?: string;
  /** Its layers, base first: known when the container is made. */
  readonly chainIds?: readonly Digest[];
}

/** The files of an artifact, or one of them: known when the container starts. */
export interface ArtifactMountRequest extends MountCommon {
  readonly type: "artifact";
  /** Its name, or the beginning of its digest. */
  readonly artifact: string;
  /** One file: by its title, or its digest. */
  readonly title?: string;
  readonly digest?: string;
  /** What the file is called in a directory; of several the beginning of their names. */
  readonly name?: string;
}

export interface DevptsRequest extends MountCommon {
  readonly type: "devpts";
  readonly data: readonly string[];
}

/** All files of the host that a pattern names, in one directory. */
export interface GlobRequest extends MountCommon {
  readonly type: "glob";
  readonly source: string;
  /** Whether each appears under the path that it has on the host; the destination is the pattern then. */
  readonly inPlace?: true;
}

/** One mount that the user (or the image, for its volumes) asks for. */
export type MountRequest =
  | BindRequest
  | VolumeRequest
  | TmpfsRequest
  | ImageMountRequest
  | ArtifactMountRequest
  | DevptsRequest
  | GlobRequest;

/** The host's directories that are given back to the user at the container's end. */
export function ownSources(mounts: readonly MountRequest[]): string[] {
  return mounts.flatMap((mount) => (mount.type === "bind" && mount.own ? [mount.source] : []));
}

/** Whether a directory of the host is mounted as it is, for the container to write to. */
export function isForWriting(mount: MountRequest): mount is BindRequest {
  return mount.type === "bind" && !mount.readOnly && !mount.chown && mount.overlay === undefined;
}
