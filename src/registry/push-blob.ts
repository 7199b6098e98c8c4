import type { Readable } from "node:stream";
import { TspodError } from "../errors.ts";
import type { Digest } from "../oci/digest.ts";
import { type RegistryClient, repositoryScope } from "./client.ts";
import { drain } from "./read-limited.ts";
import { RegistryError } from "./registry-error.ts";
import { awaitNextTry, withRetries } from "./retry.ts";
import type { HttpResponse } from "./transport.ts";

/** A blob that is to be sent. */
export interface OutgoingBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Its bytes from `start` on, up to but not with `end`. */
  open(start: number, end: number): Readable;
}

export interface PushBlobOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told why something is tried again, one line. */
  readonly note?: (line: string) => void;
}

/** An upload on the registry's side. */
interface Upload {
  location: URL;
  /** Bytes that the registry has. */
  offset: number;
  /** Bytes in one request at most. */
  readonly chunk: number;
}

/** How many repositories are asked for a blob before it is sent. */
const MOST_MOUNTS = 3;
/** Bytes in a request to a server that does not take a blob as a whole. */
const CHUNK = 16 * 1024 * 1024;
/** Answers to a whole blob that say: not like this. */
const NOT_WHOLE = new Set([400, 405, 411, 413, 415, 501]);

/** Whether the repository has a blob. @throws {RegistryError} If the registry doesn't say. */
export async function hasRemoteBlob(
  client: RegistryClient,
  digest: Digest,
  { signal, note }: PushBlobOptions = {},
): Promise<boolean> {
  try {
    const head = () => client.get(`blobs/${digest}`, { method: "HEAD", signal });
    await drain(await withRetries(head, { signal, note, rules: client.retry }));
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.failure.status === 404) return false;
    throw error;
  }
}

/**
 * Have a repository take a blob from another one of the registry.
 * @param from repositories that should have it, the likeliest first
 * @returns false where the registry would rather have the bytes, for whatever reason
 * @see
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-
 * repository
 */
export async function mountBlob(
  client: RegistryClient,
  digest: Digest,
  { from, signal }: { readonly from: readonly string[]; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  for (const repository of from.slice(0, MOST_MOUNTS))
    if (await mount(client, digest, { from: repository, signal })) return true;
  return false;
}

async function mount(
  client: RegistryClient,
  digest: Digest,
  { from, signal }: { from: string; signal: AbortSignal | undefined },
): Promise<boolean> {
  const { repository } = client.endpoint;
  const scope = `${repositoryScope(repository, "push")} ${repositoryScope(from, "pull")}`;
  const query = new URLSearchParams({ mount: digest, from });
  try {
    const response = await client.get(`blobs/uploads/?${query}`, { method: "POST", scope, signal });
    await drain(response);
    if (response.status === 201) return true;
    // An upload has begun instead: sending takes one of its own, so this one is given up.
    if (response.headers.location !== undefined) await cancel(client, locationOf(response, client), signal);
    return false;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TspodError) return false;
    throw error;
  }
}

async function cancel(client: RegistryClient, location: URL, signal: AbortSignal | undefined): Promise<void> {
  const response = await client.send(location, { method: "DELETE", signal }).catch(() => undefined);
  signal?.throwIfAborted();
  if (response !== undefined) await drain(response);
}

/**
 * Send a blob. What broke off goes on where it was, if the registry says how far it got.
 * @throws {TspodError} If the registry refuses it.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
export async function sendBlob(
  client: RegistryClient,
  blob: OutgoingBlob,
  { signal, note }: PushBlobOptions = {},
): Promise<void> {
  let chunk = Infinity;
  let upload: Upload | undefined;
  for (let failures = 0; ; ) {
    try {
      upload ??= await begin(client, chunk, signal);
      await sendRest(client, blob, { upload, signal });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const reached = upload?.offset ?? 0;
      if (upload !== undefined && chunk === Infinity && isNotWhole(error)) {
        [chunk, upload] = [CHUNK, undefined];
        continue;
      }
      const options = { signal, note, rules: client.retry };
      if (!(await awaitNextTry(transientIfOutOfStep(error), ++failures, options))) throw error;
      if (upload !== undefined) upload = await resumed(client, upload, signal);
      if ((upload?.offset ?? 0) > reached) failures = 0;
      // The answer to the last request may be all that was lost.
      else if (upload === undefined && (await hasRemoteBlob(client, blob.digest, { signal }))) return;
    }
  }
}

async function begin(
  client: RegistryClient,
  chunk: number,
  signal: AbortSignal | undefined,
): Promise<Upload> {
  const response = await client.get("blobs/uploads/", { method: "POST", body: () => "", signal });
  await drain(response);
  const least = Number([response.headers["oci-chunk-min-length"]].flat()[0] ?? 0) || 0;
  return { location: locationOf(response, client), offset: 0, chunk: Math.max(chunk, least) };
}

/**
 * Sends all in one request if nothing is there yet and the server takes it; otherwise in pieces, and then the
 * end.
 */
async function sendRest(
  client: RegistryClient,
  blob: OutgoingBlob,
  { upload, signal }: { upload: Upload; signal: AbortSignal | undefined },
): Promise<void> {
  const { size, digest } = blob;
  if (upload.offset === 0 && upload.chunk === Infinity) {
    const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
    const body = () => (size === 0 ? "" : blob.open(0, size));
    await drain(
      await client.send(withDigest(upload.location, digest), { method: "PUT", headers, body, signal }),
    );
    return;
  }
  while (upload.offset < size) await sendPart(client, blob, { upload, signal });
  const end = { method: "PUT", headers: { "content-length": "0" }, body: () => "", signal } as const;
  await drain(await client.send(withDigest(upload.location, digest), end));
}

async function sendPart(
  client: RegistryClient,
  blob: OutgoingBlob,
  { upload, signal }: { upload: Upload; signal: AbortSignal | undefined },
): Promise<void> {
  const { offset } = upload;
  const end = Math.min(blob.size, offset + upload.chunk);
  const response = await client.send(upload.location, {
    method: "PATCH",
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(end - offset),
      "content-range": `${offset}-${end - 1}`,
    },
    body: () => blob.open(offset, end),
    signal,
  });
  await drain(response);
  upload.location = locationOf(response, client, upload.location);
  const received = receivedOf(response) ?? 0;
  upload.offset = received > offset ? received : end;
}

/** The state of an upload that broke off, as the registry knows it; undefined: it has to begin again. */
async function resumed(
  client: RegistryClient,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<Upload | undefined> {
  try {
    const response = await client.send(upload.location, { signal });
    await drain(response);
    const offset = receivedOf(response);
    if (offset === undefined) return undefined;
    // What has broken off once is not sent in one request again.
    const chunk = upload.chunk === Infinity ? Number.MAX_SAFE_INTEGER : upload.chunk;
    return { location: locationOf(response, client, upload.location), offset, chunk };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

/** `Range: 0-N`: N + 1 bytes are there. What nothing has come of says `0-0`, as if it were one byte. */
function receivedOf({ headers }: HttpResponse): number | undefined {
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec([headers.range].flat()[0] ?? "") ?? [];
  if (last === undefined) return undefined;
  return last === "0" ? 0 : Number(last) + 1;
}

function isNotWhole(error: unknown): boolean {
  return error instanceof RegistryError && NOT_WHOLE.has(error.failure.status ?? 0);
}

/** The registry has got more or less than we think, or has forgotten the upload: it can be asked. */
function transientIfOutOfStep(error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error;
  const { status } = error.failure;
  return status === 416 || status === 404
    ? new RegistryError(error.message, { ...error.failure, transient: true })
    : error;
}

function locationOf({ headers }: HttpResponse, client: RegistryClient, before?: URL): URL {
  const text = [headers.location].flat()[0];
  const url = text === undefined ? before : (URL.parse(text, client.origin) ?? undefined);
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new RegistryError("the registry does not say where to send a blob");
  return url;
}

/** The rest of the query is the registry's own business, and stays letter by letter. */
function withDigest(location: URL, digest: Digest): URL {
  const url = new URL(location);
  url.search = `${url.search === "" ? "?" : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}
