import * as z from "zod/mini";
import { TspodError } from "../errors.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image-config.ts";
import type { Index, Manifest } from "../oci/manifest.ts";
import { isIndexType, mediaType } from "../oci/media-type.ts";

const digestSchema = z.custom<Digest>((value) => typeof value === "string" && isDigest(value));

const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.optional(z.string()),
  "os.version": z.optional(z.string()),
  "os.features": z.optional(z.array(z.string())),
  features: z.optional(z.array(z.string())),
});

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().check(z.nonnegative()),
  urls: z.optional(z.array(z.string())),
  annotations: z.optional(z.record(z.string(), z.string())),
  platform: z.optional(platformSchema),
  artifactType: z.optional(z.string()),
});

const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.optional(z.string()),
  artifactType: z.optional(z.string()),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  annotations: z.optional(z.record(z.string(), z.string())),
});

const indexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.optional(z.string()),
  manifests: z.array(descriptorSchema),
  annotations: z.optional(z.record(z.string(), z.string())),
});

/** The members of a config that a pull relies on; the rest is checked where it is used. */
const configSchema = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.optional(z.string()),
  rootfs: z.object({ type: z.literal("layers"), diff_ids: z.array(digestSchema) }),
});

export type ParsedManifest =
  | { readonly kind: "index"; readonly mediaType: string; readonly index: Index }
  | { readonly kind: "manifest"; readonly mediaType: string; readonly manifest: Manifest };

/**
 * Tell what a registry sent. What the content says of itself beats the Content-Type; a contradiction is
 * refused, since the same bytes must not be an index to one and a manifest to another.
 * @throws {TspodError} If it is neither an index nor an image's manifest.
 */
export function parseManifest(content: Uint8Array, contentType: string): ParsedManifest {
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
    throw new TspodError(`manifest's content does not fit its type "${type.slice(0, 100)}"`);
  if (manifests)
    return { kind: "index", mediaType: type, index: check(indexSchema, value, "image index") as Index };
  const manifest = check(manifestSchema, value, "manifest") as Manifest;
  refuseArtifact(manifest);
  return { kind: "manifest", mediaType: knownManifestType(type), manifest };
}

/**
 * A manifest of whatever kind: an artifact's too.
 * @throws {TspodError} If it is none.
 */
export function parseAnyManifest(content: Uint8Array): Manifest {
  return check(manifestSchema, parseJson(content, "manifest"), "manifest") as Manifest;
}

/**
 * @throws {TspodError} If it is no image config, or not one for `layers` layers.
 */
export function parseImageConfig(content: Uint8Array, layers: number): ImageConfig {
  const config = check(configSchema, parseJson(content, "image config"), "image config");
  const { length } = config.rootfs.diff_ids;
  if (length !== layers) throw new TspodError(`image config names ${length} layers, its manifest ${layers}`);
  return config as unknown as ImageConfig;
}

function refuseArtifact({ config, layers, artifactType }: Manifest): void {
  if (config.mediaType !== mediaType.ociConfig && config.mediaType !== mediaType.dockerConfig) {
    throw new TspodError(`this is no image but an artifact of type "${artifactType ?? config.mediaType}"`);
  }
  for (const { mediaType: type } of layers) {
    if (type.endsWith("+encrypted")) throw new TspodError("encrypted layers are not supported");
    if (!/^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\.[\w.-]*tar/.test(type)) {
      throw new TspodError(`unsupported layer of type "${type.slice(0, 100)}"`);
    }
  }
}

/** A registry that serves manifests as text/plain or octet-stream says nothing by it. */
function knownManifestType(type: string): string {
  return type === mediaType.dockerManifest ? type : mediaType.ociManifest;
}

function isSchema1(value: unknown): boolean {
  return typeof value === "object" && value !== null && "schemaVersion" in value && value.schemaVersion === 1;
}

function check<T extends z.ZodMiniType>(schema: T, value: unknown, what: string): z.infer<T> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at "${issue.path.join(".")}"`;
  throw new TspodError(`invalid ${what}${where}: it doesn't follow the image specification`);
}

function parseJson(content: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString("utf8"));
  } catch {
    throw new TspodError(`invalid ${what}: it is not JSON`);
  }
}
