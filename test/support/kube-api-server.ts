import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { requireProgram } from "./program.ts";

/** What a client has asked for. */
export interface ApiCall {
  readonly method: string;
  readonly url: string;
  readonly type: string | undefined;
  /** `token:…`, or `certificate:CN`. */
  readonly who: string;
  readonly object: unknown;
}

/** A small API server of a cluster's: it takes objects by server-side apply, and lets nobody in unknown. */
export interface KubeApiServer extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** Absolute path of a directory with ca.crt, client.crt and client.key. */
  readonly directory: string;
  readonly token: string;
  /** Objects by their paths. */
  readonly objects: ReadonlyMap<string, unknown>;
  readonly calls: readonly ApiCall[];
  /** Answer the next object of that name with this status and message. */
  refuse(name: string, status: number, message: string): void;
  /** Answer objects of that name with this body, as something that is no API server does. */
  stray(name: string, status: number, body: string): void;
}

const TOKEN = "eyJ.of-a-test";

export async function startKubeApiServer(): Promise<KubeApiServer> {
  const directory = mkdtempSync(join(tmpdir(), "ts-kube-"));
  makeCertificates(directory);
  const objects = new Map<string, unknown>();
  const calls: ApiCall[] = [];
  const strayed = new Map<string, { status: number; body: string }>();
  const refused = new Map<string, { status: number; message: string }>();
  const read = (name: string) => readFileSync(join(directory, name));
  const server = createServer(
    {
      key: read("server.key"),
      cert: read("server.crt"),
      ca: read("ca.crt"),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => void answer(request, response),
  );

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, value: object) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const failure = (status: number, message: string) =>
      reply(status, { kind: "Status", status: "Failure", message });
    const who = identity(request);
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const object: unknown = JSON.parse(Buffer.concat(parts).toString("utf8") || "null");
    calls.push({
      method: request.method ?? "",
      url: request.url ?? "",
      type: request.headers["content-type"],
      who,
      object,
    });
    if (who === "") return failure(401, "Unauthorized");
    const [path = ""] = (request.url ?? "").split("?");
    const name = path.split("/").at(-1) ?? "";
    const foreign = strayed.get(name);
    if (foreign !== undefined) return void response.writeHead(foreign.status).end(foreign.body);
    const refusal = refused.get(name);
    if (refusal !== undefined) return failure(refusal.status, refusal.message);
    if (request.method !== "PATCH")
      return failure(405, "the server does not allow this method on the resource");
    const known = objects.has(path);
    objects.set(path, object);
    reply(known ? 200 : 201, object as object);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    directory,
    token: TOKEN,
    objects,
    calls,
    stray: (name, status, body) => void strayed.set(name, { status, body }),
    refuse: (name, status, message) => void refused.set(name, { status, message }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

function identity({ headers, socket }: IncomingMessage): string {
  if (headers.authorization === `Bearer ${TOKEN}`) return `token:${TOKEN}`;
  const tls = socket as TLSSocket;
  return tls.authorized ? `certificate:${tls.getPeerCertificate().subject.CN}` : "";
}

function makeCertificates(directory: string): void {
  const program = requireProgram("openssl", "openssl");
  const openssl = (...args: string[]) => execFileSync(program, args, { cwd: directory, stdio: "ignore" });
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-subj",
    "/CN=test",
    "-days",
    "2",
  );
  writeFileSync(join(directory, "san"), "subjectAltName=IP:127.0.0.1\n");
  for (const [name, subject] of [
    ["server", "127.0.0.1"],
    ["client", "somebody"],
  ] as const) {
    openssl(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${subject}`,
    );
    const signed = [
      "-in",
      `${name}.csr`,
      "-out",
      `${name}.crt`,
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
    ];
    openssl("x509", "-req", ...signed, "-extfile", "san", "-days", "2");
  }
}
