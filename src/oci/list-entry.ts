import type { Descriptor } from "./descriptor.ts";
import type { ImageConfig } from "./image-config.ts";
import type { Index } from "./manifest.ts";
import { mediaType } from "./media-type.ts";
import type { Platform } from "./platform.ts";

/** Changes that a user asks for in the entry of an image in a list; undefined leaves a member as it is. */
export interface EntryChange {
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly variant: string | undefined;
  readonly osVersion: string | undefined;
  readonly osFeatures: readonly string[] | undefined;
  readonly features: readonly string[] | undefined;
  /** Replaces all annotations. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/** The entry of an image in a list; the platform is that of its config. */
export function listEntry(
  { mediaType: type, digest, size }: Pick<Descriptor, "mediaType" | "digest" | "size">,
  config: ImageConfig & Partial<Platform>,
): Descriptor {
  const { os, architecture, variant } = config;
  const version = config["os.version"];
  const features = config["os.features"];
  const platform: Platform = {
    architecture,
    os,
    ...(version !== undefined && { "os.version": version }),
    ...(features !== undefined && { "os.features": features }),
    ...(variant !== undefined && variant !== "" && { variant }),
  };
  return { mediaType: type, digest, size, platform };
}

/** The entry with the changes of the user. */
export function changeEntry(entry: Descriptor, change: EntryChange): Descriptor {
  const { os, architecture, variant, osVersion, osFeatures, features, annotations } = change;
  const changed = {
    ...(architecture !== undefined && { architecture }),
    ...(os !== undefined && { os }),
    ...(osVersion !== undefined && { "os.version": osVersion }),
    ...(osFeatures !== undefined && { "os.features": osFeatures }),
    ...(variant !== undefined && { variant }),
    ...(features !== undefined && { features }),
  };
  const isSaid = entry.platform !== undefined || Object.keys(changed).length > 0;
  const platform: Platform = { architecture: "", os: "", ...entry.platform, ...changed };
  return { ...entry, ...(isSaid && { platform }), ...(annotations !== undefined && { annotations }) };
}

/**
 * A list as `podman manifest inspect` shows it: an OCI index, but Docker's form where nothing is in the list.
 * The order of the fields is Docker's.
 */
export function shownList({ manifests, annotations, subject }: Index): object {
  const entries = manifests.length === 0 ? null : manifests.map(shownEntry);
  if (entries === null && annotations === undefined && subject === undefined)
    return { schemaVersion: 2, mediaType: mediaType.dockerManifestList, manifests: null };
  return {
    schemaVersion: 2,
    mediaType: mediaType.ociIndex,
    manifests: entries,
    ...(subject !== undefined && { subject: shownEntry(subject) }),
    ...(annotations !== undefined && { annotations }),
  };
}

function shownEntry(entry: Descriptor): object {
  const { mediaType: type, size, digest, urls, platform, annotations, artifactType } = entry;
  const { architecture = "", os = "", variant, features } = platform ?? {};
  const version = platform?.["os.version"];
  const osFeatures = platform?.["os.features"];
  return {
    mediaType: type,
    size,
    digest,
    ...(urls !== undefined && urls.length > 0 && { urls }),
    platform: {
      architecture,
      os,
      ...(version && { "os.version": version }),
      ...(osFeatures?.length && { "os.features": osFeatures }),
      ...(variant && { variant }),
      ...(features?.length && { features }),
    },
    ...(annotations !== undefined && { annotations }),
    ...(artifactType && { artifactType }),
  };
}
