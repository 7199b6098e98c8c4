import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sha256 } from "./image.ts";

/** An upload in progress. */
interface Upload {
  readonly repository: string;
  content: Buffer;
}

/** True if the test has answered instead. */
export type UploadIntercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * A registry in this process that takes uploads by the letter of the distribution specification: pieces in
 * order only, and what came before a connection broke is kept.
 */
export interface UploadRegistry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Method, path and Content-Range of every request, in order; digests and upload ids are `D` and `U`. */
  readonly requests: string[];
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, { type: string; content: string }>;
  /** Bytes of bodies that have come. */
  received: number;
  intercept(answer: UploadIntercept | undefined): void;
  /** Break the connection after so many bytes of the next body with more than that. */
  breakAfter(bytes: number): void;
  /** Forget the uploads in progress. */
  forget(): void;
  close(): Promise<void>;
}

export async function startUploadRegistry(): Promise<UploadRegistry> {
  const uploads = new Map<string, Upload>();
  let answer: UploadIntercept | undefined;
  let breakAt = Infinity;
  let ids = 0;

  /** @returns false if the connection was broken */
  async function receive(request: IncomingMessage, upload: Upload): Promise<boolean> {
    let came = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        const room = breakAt - came;
        upload.content = Buffer.concat([upload.content, chunk.subarray(0, room)]);
        came += chunk.length;
        registry.received += chunk.length;
        if (chunk.length >= room) {
          breakAt = Infinity;
          request.socket.destroy();
          return false;
        }
      }
    } catch {
      return false; // the client has gone
    }
    return true;
  }

  async function onUpload(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { path: string; query: URLSearchParams },
  ): Promise<void> {
    const upload = uploads.get(path);
    if (upload === undefined) return void response.writeHead(404).end();
    const range = /^(\d+)-\d+$/.exec(String(request.headers["content-range"] ?? ""));
    if (request.method === "PATCH" && Number(range?.[1]) !== upload.content.length)
      return void response.writeHead(416).end();
    if (request.method === "DELETE") {
      uploads.delete(path);
      return void response.writeHead(204).end();
    }
    if (!(await receive(request, upload))) return;
    const location = { location: `${path}?state=${upload.content.length}%2B` };
    const last = { range: `0-${Math.max(upload.content.length - 1, 0)}` };
    if (request.method === "GET") return void response.writeHead(204, { ...location, ...last }).end();
    if (request.method === "PATCH") return void response.writeHead(202, { ...location, ...last }).end();
    const digest = query.get("digest") ?? "";
    uploads.delete(path);
    if (sha256(upload.content) !== digest) return void response.writeHead(400).end();
    registry.blobs.set(`${upload.repository}/${digest}`, upload.content);
    response.writeHead(201, { location: `/v2/${upload.repository}/blobs/${digest}` }).end();
  }

  function begin(response: ServerResponse, repository: string, query: URLSearchParams): void {
    const [digest, from] = [query.get("mount"), query.get("from")];
    const known = registry.blobs.get(`${from}/${digest}`);
    if (known !== undefined) {
      registry.blobs.set(`${repository}/${digest}`, known);
      return void response.writeHead(201, { location: `/v2/${repository}/blobs/${digest}` }).end();
    }
    const path = `/v2/${repository}/blobs/uploads/${++ids}`;
    uploads.set(path, { repository, content: Buffer.alloc(0) });
    response.writeHead(202, { location: `${path}?state=0%2B`, range: "0-0" }).end();
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? "", "http://none");
    const range = request.headers["content-range"];
    const shown = `${request.method} ${request.url}${range === undefined ? "" : ` ${range}`}`;
    registry.requests.push(
      shown.replace(/sha256(:|%3A)[0-9a-f]{64}/g, "D").replace(/uploads\/\d+/, "uploads/U"),
    );
    if (answer?.(request, response)) return;
    const [, repository = "", kind, reference = ""] =
      /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/(.*)$/.exec(path) ?? [];
    if (path === "/v2/") return void response.writeHead(200).end();
    if (kind === "blobs/uploads" && reference === "") return begin(response, repository, query);
    if (kind === "blobs/uploads") return await onUpload(request, response, { path, query });
    if (kind === "blobs")
      return void response.writeHead(registry.blobs.has(`${repository}/${reference}`) ? 200 : 404).end();
    if (kind === "manifests" && request.method === "PUT") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const content = Buffer.concat(chunks).toString();
      registry.manifests.set(`${repository}:${reference}`, {
        type: String(request.headers["content-type"]),
        content,
      });
      return void response.writeHead(201).end();
    }
    response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const registry: UploadRegistry = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    blobs: new Map(),
    manifests: new Map(),
    received: 0,
    intercept(next) {
      answer = next;
    },
    breakAfter(bytes) {
      breakAt = bytes;
    },
    forget: () => uploads.clear(),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return registry;
}
