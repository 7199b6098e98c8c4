import { repositoryAndTag } from "../image/name-parts.ts";
import { repoDigests } from "../image/repo-digests.ts";
import { digestHex } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image-config.ts";
import { shortId } from "../oci/short-id.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { goMap, goTime } from "./go/value.ts";
import { ago } from "./human-duration.ts";
import { humanSize } from "./human-size.ts";

/** What lists show of an image, or of a list of images. */
export type Listable = Pick<StoredImage, "id" | "manifestDigest" | "names" | "digests" | "size"> & {
  /** Absent: a list is its own. */
  readonly topDigest?: StoredImage["topDigest"];
  /** A list has none. */
  readonly pastNames?: StoredImage["pastNames"];
  readonly config: Pick<ImageConfig, "created" | "config">;
  /** Absent: it is in the user's own store. */
  readonly readOnlyStore?: StoredImage["readOnlyStore"];
};

/** One line of `images`: an image has one for each of its names, or one without a name. */
export interface ListedImage {
  readonly image: Listable;
  readonly name: string | undefined;
  /** How many containers were made from it: to be asked only where that is shown. */
  containers(): number;
}

export interface ImageRowOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly noTrunc: boolean;
}

/** A line's fields, by the names that templates use. */
export function imageRow({ image, name, containers }: ListedImage, { now, noTrunc }: ImageRowOptions) {
  const { repository, tag } = repositoryAndTag(name);
  const created = createdAt(image);
  const since = ago(now, Date.parse(created));
  return {
    ID: noTrunc ? image.id : shortId(digestHex(image.id)),
    Id: digestHex(image.id),
    Repository: repository,
    Tag: tag,
    Digest: image.topDigest ?? image.manifestDigest,
    Created: since,
    CreatedAt: goTime(created),
    CreatedSince: since,
    CreatedTime: goTime(created),
    get Size() {
      return humanSize(image.size, { digits: 3, separator: " " });
    },
    get VirtualSize() {
      return image.size;
    },
    get SharedSize() {
      return 0;
    },
    Labels: goMap(image.config.config?.Labels ?? {}),
    get Containers() {
      return containers();
    },
    ReadOnly: image.readOnlyStore !== undefined,
    IsReadOnly: image.readOnlyStore !== undefined,
    Dangling: image.names.length === 0,
    IsDangling: image.names.length === 0,
    // Podman leaves these three empty in its lists.
    Arch: "",
    Os: "",
    IsManifestList: null,
    Names: image.names,
    RepoTags: image.names,
    RepoDigests: repoDigests(image),
    History: [...image.names, ...(image.pastNames ?? [])].join(", "),
    ParentId: "",
  };
}

export type ImageRow = ReturnType<typeof imageRow>;

const EPOCH = "1970-01-01T00:00:00Z";

/** In whole seconds, as Podman shows it. */
function createdAt({ config }: Listable): string {
  return (config.created ?? EPOCH).replace(/\.[0-9]+/, "");
}

/**
 * An element of `images --format json`, as podman 4.3 has it: RepoTags is null there, and Names has the
 * names.
 */
export function imageJson({ image, containers }: ListedImage) {
  const { size, names } = image;
  const created = createdAt(image);
  return {
    Id: digestHex(image.id),
    ParentId: "",
    RepoTags: null,
    RepoDigests: repoDigests(image),
    Size: size,
    SharedSize: 0,
    VirtualSize: size,
    Labels: image.config.config?.Labels ?? null,
    Containers: containers(),
    ...(image.readOnlyStore && { ReadOnly: true }),
    ...(names.length === 0 ? { Dangling: true } : { Names: names }),
    Digest: image.topDigest ?? image.manifestDigest,
    ...(names.length === 0 ? {} : { History: [...names, ...(image.pastNames ?? [])] }),
    Created: Math.floor(Date.parse(created) / 1000),
    CreatedAt: created,
  };
}
