import { messageChain, TspodError } from "../../errors.ts";
import { choosePlatform } from "../../oci/choose-platform.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import { type ParsedManifest, parseManifest, parseManifestOrIndex } from "../../oci/parse-manifest.ts";
import type { Platform } from "../../oci/platform.ts";
import { familiarReference, type Reference } from "../../oci/reference.ts";
import { openRegistry, type RegistryClient } from "../../registry/client.ts";
import { endpointsFor } from "../../registry/configuration/endpoints.ts";
import type { RegistriesConf } from "../../registry/configuration/registries-conf.ts";
import { fetchManifest, type RawManifest } from "../../registry/fetch-manifest.ts";
import { UnreachedError } from "../../registry/registry-error.ts";
import type { RegistryOptions } from "../../registry/registry-options.ts";

/** An image in a registry: its manifest, and the client to ask for its blobs. Dispose of it to hang up. */
export interface ImageSource extends AsyncDisposable {
  readonly client: RegistryClient;
  readonly mediaType: string;
  readonly raw: RawManifest;
  readonly manifest: Manifest;
  /** Digest of the index that the manifest was chosen from. */
  readonly indexDigest: Digest | undefined;
}

export interface SourceOptions extends RegistryOptions {
  readonly conf: RegistriesConf;
  readonly platform: Platform;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  /** What an error says was being done with `docker://NAME`; absent: an image was being pulled. */
  readonly doing?: (source: string) => string;
}

/**
 * Ask the mirrors, then the registry, until one has the image.
 * @throws {TspodError} If none has it: what the registry said, and what its mirrors said.
 */
export async function openSource(reference: Reference, options: SourceOptions): Promise<ImageSource> {
  const { found, ...opened } = await openFirst(reference, options, readManifest);
  return { ...found, ...opened };
}

/** As openSource(), of whatever kind: what the manifest is of need be no image. */
export async function openAnySource(reference: Reference, options: SourceOptions): Promise<ImageSource> {
  const { found, ...opened } = await openFirst(reference, options, (client, which) =>
    readManifest(client, which, { ...options, parse: parseManifestOrIndex }),
  );
  return { ...found, ...opened };
}

/** A manifest or an index in a registry, and the client to ask for more. Dispose of it to hang up. */
export interface OpenManifest extends AsyncDisposable {
  readonly client: RegistryClient;
  readonly raw: RawManifest;
  readonly parsed: ParsedManifest;
}

/** As openSource(), but an index is not looked into. */
export async function openManifest(reference: Reference, options: SourceOptions): Promise<OpenManifest> {
  const { found, ...opened } = await openFirst(reference, options, readOne);
  return { ...found, ...opened };
}

type Opened<T> = AsyncDisposable & { readonly client: RegistryClient; readonly found: T };

async function openFirst<T>(
  reference: Reference,
  options: SourceOptions,
  read: (client: RegistryClient, which: string, options: SourceOptions) => Promise<T>,
): Promise<Opened<T>> {
  const failures: string[] = [];
  const endpoints = endpointsFor(reference, options.conf, options.tlsVerify);
  const doing = `initializing source docker://${familiarReference(reference)}`;
  const note = options.retry?.note ?? options.note;
  const patient = { ...options, note, retry: { ...options.retry, doing } };
  for (const endpoint of endpoints) {
    try {
      await using undo = new AsyncDisposableStack();
      const client = undo.use(await openRegistry(endpoint, patient));
      const found = await read(client, reference.digest ?? reference.tag ?? "latest", patient);
      const owned = undo.move();
      return { client, found, [Symbol.asyncDispose]: () => owned.disposeAsync() };
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof TspodError)) throw error;
      if (endpoint !== endpoints.at(-1)) failures.push(`[${endpoint.registry}: ${messageChain(error)}]`);
      else throw sourceError(reference, error, { ...options, failures });
    }
  }
  throw new TspodError(`no registry to ask for "${familiarReference(reference)}"`);
}

function sourceError(
  reference: Reference,
  cause: TspodError,
  { failures, doing = pulling }: Pick<SourceOptions, "doing"> & { readonly failures: readonly string[] },
): TspodError {
  const mirrors = failures.length === 0 ? "" : ` (mirrors also failed: ${failures.join(" ")})`;
  return new TspodError(`${doing(`docker://${familiarReference(reference)}`)}${mirrors}`, { cause });
}

function pulling(source: string): string {
  return `unable to copy from source ${source}: initializing source ${source}`;
}

/** How what a registry sends is read; absent: as an image's. */
interface ReadOptions extends SourceOptions {
  readonly parse?: typeof parseManifest;
}

async function readManifest(
  client: RegistryClient,
  which: string,
  options: ReadOptions,
): Promise<Pick<ImageSource, "mediaType" | "raw" | "manifest" | "indexDigest">> {
  const top = await readOne(client, which, options);
  if (top.parsed.kind === "manifest") return { ...top.parsed, raw: top.raw, indexDigest: undefined };
  const chosen = choosePlatform(top.parsed.index.manifests, options.platform);
  if (isIndexType(chosen.mediaType))
    throw new TspodError("an image index in an image index is not supported");
  const { parsed, raw } = await readOne(client, chosen.digest, options);
  if (parsed.kind === "index") throw new TspodError("an image index in an image index is not supported");
  return { ...parsed, raw, indexDigest: top.raw.digest };
}

async function readOne(
  client: RegistryClient,
  which: string,
  { signal, note, parse = parseManifest }: ReadOptions,
): Promise<{ raw: RawManifest; parsed: ParsedManifest }> {
  const { registry, repository } = client.endpoint;
  try {
    const raw = await fetchManifest(client, which, { signal, note });
    return { raw, parsed: parse(raw.content, raw.contentType) };
  } catch (cause) {
    signal.throwIfAborted();
    // Podman's words: what never reached the registry is not about the manifest.
    if (!(cause instanceof TspodError) || cause instanceof UnreachedError) throw cause;
    throw new TspodError(`reading manifest ${which} in ${registry}/${repository}`, { cause });
  }
}
