import { TspodError } from "../errors.ts";
import type { Descriptor } from "./descriptor.ts";
import { type Digest, isDigest } from "./digest.ts";
import { type Index, isLayer, type Manifest } from "./manifest.ts";
import { isConfigType, isIndexType, mediaType } from "./media-type.ts";
import type { Platform } from "./platform.ts";
import { checkShape, list, map, members, oneOf, orEmpty, type Shape, size, text, textThat } from "./shape.ts";

const digest: Shape<Digest> = textThat(isDigest, "a sha256 digest");
const texts = list(text);
const annotations = map(orEmpty("", text));

/** What Go leaves out where it is empty. */
const platform = members<{ os: string; architecture: string }, Omit<Platform, "os" | "architecture">>(
  { os: orAbsent(text), architecture: orAbsent(text) },
  { variant: text, "os.version": text, "os.features": texts, features: texts },
) as Shape<Platform>;

function orAbsent(shape: Shape<string>): Shape<string> {
  return (value) => (value === undefined || value === null ? "" : shape(value));
}

const descriptor = members(
  { mediaType: orAbsent(text), digest, size },
  { urls: texts, annotations, platform, artifactType: text },
) as Shape<Descriptor>;

const named = { schemaVersion: oneOf(2), mediaType: text, annotations } as const;
const manifestShape = members(
  { config: descriptor, layers: orEmpty([], list(descriptor)) },
  { ...named, artifactType: text },
);
const indexShape = members({ manifests: orEmpty([], list(descriptor)) }, { ...named, subject: descriptor });

/** Letters of a foreign word that a message shows. */
const TYPE_MAX = 100;

export type ParsedManifest =
  | { readonly kind: "index"; readonly mediaType: string; readonly index: Index }
  | { readonly kind: "manifest"; readonly mediaType: string; readonly manifest: Manifest };

/**
 * Tell what a registry sent. What the content says of itself beats the Content-Type; a contradiction is
 * refused, since the same bytes must not be an index to one and a manifest to another.
 * @throws {TspodError} If it is neither an index nor an image's manifest.
 */
export function parseManifest(content: Uint8Array, contentType: string): ParsedManifest {
  const parsed = parseManifestOrIndex(content, contentType);
  if (parsed.kind === "manifest") refuseArtifact(parsed.manifest);
  return parsed;
}

/** As parseManifest(), but a manifest may be that of anything: an artifact's too. */
export function parseManifestOrIndex(content: Uint8Array, contentType: string): ParsedManifest {
  const value = parseJson(content, "manifest");
  if (isSchema1(value)) {
    throw new TspodError(
      "image manifest schema 1 is not supported: push the image again with a current tool",
    );
  }
  const manifests = typeof value === "object" && value !== null && "manifests" in value;
  if (manifests && "layers" in value)
    throw new TspodError("manifest is an index and an image's at the same time");
  const named =
    typeof value === "object" && value !== null && "mediaType" in value ? String(value.mediaType) : "";
  const type = named || contentType || (manifests ? mediaType.ociIndex : mediaType.ociManifest);
  if (isIndexType(type) !== manifests)
    throw new TspodError(`manifest's content does not fit its type "${type.slice(0, TYPE_MAX)}"`);
  if (manifests) return { kind: "index", mediaType: type, index: parseIndexValue(value) };
  const manifest = checkShape(manifestShape, value, "manifest") as Manifest;
  return { kind: "manifest", mediaType: knownManifestType(type), manifest };
}

/**
 * A manifest of whatever kind: an artifact's too.
 * @throws {TspodError} If it is none.
 */
export function parseAnyManifest(content: Uint8Array | string): Manifest {
  return checkShape(manifestShape, parseJson(content, "manifest"), "manifest") as Manifest;
}

/**
 * A list of manifests.
 * @throws {TspodError} If it is none.
 */
export function parseIndex(content: Uint8Array | string): Index {
  return parseIndexValue(parseJson(content, "image index"));
}

function parseIndexValue(value: unknown): Index {
  return checkShape(indexShape, value, "image index") as Index;
}

function refuseArtifact({ config, layers, artifactType }: Manifest): void {
  if (!isConfigType(config.mediaType)) {
    throw new TspodError(
      `this is no image but an artifact of type "${(artifactType ?? config.mediaType).slice(0, TYPE_MAX)}"`,
    );
  }
  for (const layer of layers) {
    const { mediaType: type } = layer;
    if (type.endsWith("+encrypted")) throw new TspodError("encrypted layers are not supported");
    if (!isLayer(layer)) throw new TspodError(`unsupported layer of type "${type.slice(0, TYPE_MAX)}"`);
  }
}

/** A registry that serves manifests as text/plain or octet-stream says nothing by it. */
function knownManifestType(type: string): string {
  return type === mediaType.dockerManifest ? type : mediaType.ociManifest;
}

function isSchema1(value: unknown): boolean {
  return typeof value === "object" && value !== null && "schemaVersion" in value && value.schemaVersion === 1;
}

function parseJson(content: Uint8Array | string, what: string): unknown {
  try {
    return JSON.parse(typeof content === "string" ? content : Buffer.from(content).toString("utf8"));
  } catch {
    throw new TspodError(`invalid ${what}: it is not JSON`);
  }
}
