import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Blob, TestImage } from "./image.ts";

/** What a test does instead of the registry's own answer; true if it has answered. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer | undefined,
) => boolean;

/** A registry in this process, on a loopback port, that answers as the test says. */
export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Method and path of every request, in order. */
  readonly requests: string[];
  /** Serve the image as `name:tag` and by digest. */
  add(repository: string, tag: string, image: TestImage): void;
  addManifest(repository: string, reference: string, manifest: Blob): void;
  addBlob(repository: string, blob: Blob): void;
  intercept(answer: Intercept | undefined): void;
  close(): Promise<void>;
}

interface Stored {
  readonly mediaType: string;
  readonly digest: string;
  readonly content: Buffer;
}

function answerRange(
  request: IncomingMessage,
  response: ServerResponse,
  { content, mediaType, digest }: Stored,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const part = content.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-type": mediaType,
    "docker-content-digest": digest,
    "content-length": part.length,
    ...(start > 0 && { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  response.end(request.method === "HEAD" ? undefined : part);
}

/** An error as the distribution specification has them. */
export function answerError(
  response: ServerResponse,
  status: number,
  { code, message }: { code: string; message: string },
): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

function answerMissing(response: ServerResponse, path: string): void {
  if (path.includes("/manifests/"))
    answerError(response, 404, { code: "MANIFEST_UNKNOWN", message: "manifest unknown" });
  else answerError(response, 404, { code: "BLOB_UNKNOWN", message: "blob unknown to registry" });
}

/** @param port default: any that is free */
export async function startRegistry(port = 0): Promise<Registry> {
  const stored = new Map<string, Stored>();
  const requests: string[] = [];
  let answer: Intercept | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(`${request.method} ${path}`);
    const found = stored.get(path);
    if (answer?.(request, response, found?.content)) return;
    if (path === "/v2/") response.writeHead(200).end("{}");
    else if (found) answerRange(request, response, found);
    else answerMissing(response, path);
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const put = (path: string, { mediaType, digest, content }: Blob) =>
    stored.set(`/v2/${path}`, { mediaType, digest, content });
  const registry: Registry = {
    address,
    requests,
    addBlob: (repository, blob) =>
      put(`${repository}/blobs/${blob.digest}`, { ...blob, mediaType: "application/octet-stream" }),
    addManifest(repository, reference, manifest) {
      put(`${repository}/manifests/${reference}`, manifest);
      put(`${repository}/manifests/${manifest.digest}`, manifest);
    },
    add(repository, tag, { manifest, config, layers }) {
      for (const blob of [config, ...layers]) registry.addBlob(repository, blob);
      registry.addManifest(repository, tag, manifest);
    },
    intercept(next) {
      answer = next;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return registry;
}
