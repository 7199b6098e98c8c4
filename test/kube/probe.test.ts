import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createH2, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { probeCommand } from "../../src/container/start/plan/probe-command.ts";
import { runProgram } from "../support/program.ts";

// The probes themselves, beside real servers, in this very network namespace.

const directory = mkdtempSync(join(tmpdir(), "tspod-probe-"));
const servers: { close(): void }[] = [];
after(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true });
});
const pidFile = join(directory, "pid");
writeFileSync(pidFile, String(process.pid));

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, () => done()));
  server.unref();
  return (server.address() as AddressInfo).port;
}

type Probe = Parameters<typeof probeCommand>[0];

async function look(probe: Probe): Promise<[code: number | null, line: string]> {
  const [file = "", ...args] = probeCommand(probe, pidFile);
  const { code, stdout } = await runProgram(file, args, { timeoutMs: 20_000 });
  return [code, stdout.trim()];
}

describe("http", async () => {
  const seen: IncomingMessage[] = [];
  const port = await listen(
    createServer((request: IncomingMessage, response: ServerResponse) => {
      seen.push(request);
      response.statusCode = Number(request.url?.slice(1)) || 200;
      response.end("x".repeat(100_000));
    }),
  );
  const http = (path: string, more: Partial<Extract<Probe, { kind: "http" }>> = {}) =>
    look({ kind: "http", scheme: "http", host: "127.0.0.1", port, path, headers: [], ...more });

  for (const [status, code] of [
    [200, 0],
    [204, 0],
    [302, 0],
    [399, 0],
    [400, 1],
    [404, 1],
    [500, 1],
    [503, 1],
  ] as const)
    test(`status ${status}`, async () => {
      const line = code === 0 ? "" : `HTTP probe failed with statuscode: ${status}`;
      assert.deepEqual(await http(`/${status}`), [code, line]);
    });

  test("what a server is asked", async () => {
    await http("/a%20b?c=d", { headers: [{ name: "X-One", value: "1" }] });
    const { method, url, headers } = seen.at(-1) ?? assert.fail("nothing was asked");
    assert.deepEqual([method, url, headers["x-one"]], ["GET", "/a%20b?c=d", "1"]);
    assert.match(headers["user-agent"] ?? "", /^kube-probe\//);
    assert.equal(headers.host, `127.0.0.1:${port}`);
  });

  test("headers of the probe's own take the place of ours", async () => {
    const headers = [
      { name: "Host", value: "example.test" },
      { name: "user-agent", value: "me" },
    ];
    await http("/", { headers });
    const asked = seen.at(-1)?.headers;
    assert.deepEqual([asked?.host, asked?.["user-agent"]], ["example.test", "me"]);
  });

  test("nobody listens", async () => {
    const [code, line] = await look({
      kind: "http",
      scheme: "http",
      host: "127.0.0.1",
      port: 1,
      path: "/",
      headers: [],
    });
    assert.equal(code, 1);
    assert.equal(line, "dial tcp 127.0.0.1:1: Connection refused");
  });

  test("https, with a certificate that nobody vouches for", async () => {
    const key = join(directory, "key.pem");
    const cert = join(directory, "cert.pem");
    const made = await runProgram("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert],
      ...["-days", "1", "-subj", "/CN=nobody"],
    ]);
    assert.equal(made.code, 0, made.stderr);
    const { createServer: createTls } = await import("node:https");
    const tls = await listen(
      createTls({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
        response.statusCode = request.url === "/bad" ? 500 : 200;
        response.end();
      }),
    );
    assert.deepEqual(await http("/good", { scheme: "https", port: tls }), [0, ""]);
    assert.deepEqual(await http("/bad", { scheme: "https", port: tls }), [
      1,
      "HTTP probe failed with statuscode: 500",
    ]);
    const [code, line] = await http("/", { scheme: "https", port });
    assert.equal(code, 1);
    assert.match(line, /^Get "https:\/\/127\.0\.0\.1:\d+\/": /);
  });
});

describe("tcp", () => {
  test("a server that listens, and none", async () => {
    const port = await listen(createTcp((socket: Socket) => socket.destroy()));
    assert.deepEqual(await look({ kind: "tcp", host: "127.0.0.1", port }), [0, ""]);
    assert.deepEqual(await look({ kind: "tcp", host: "127.0.0.1", port: 1 }), [
      1,
      "dial tcp 127.0.0.1:1: Connection refused",
    ]);
  });

  test("the process is gone", async () => {
    writeFileSync(`${pidFile}.gone`, "4194304");
    const [file = "", ...args] = probeCommand({ kind: "tcp", port: 1 }, `${pidFile}.gone`);
    const { code, stdout } = await runProgram(file, args);
    assert.deepEqual([code, stdout], [1, "joining the container's network: No such file or directory\n"]);
  });
});

describe("grpc", async () => {
  const statuses: Readonly<Record<string, number>> = { "": 1, up: 1, down: 2, unknown: 3 };
  const server = createH2();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      const message = Buffer.concat(parts);
      const service = message.subarray(7).toString();
      const known = headers[":path"] === "/grpc.health.v1.Health/Check" && headers.te === "trailers";
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": known ? "0" : "12" }));
      if (!known || service === "none") stream.end();
      else if (service === "zero") stream.end(Buffer.from([0, 0, 0, 0, 0]));
      else stream.end(Buffer.from([0, 0, 0, 0, 2, 8, statuses[service] ?? 0]));
    });
  });
  const port = await listen(server as unknown as Server);
  const grpc = (service: string, at = port) => look({ kind: "grpc", port: at, service });

  for (const [service, line] of [
    ["", ""],
    ["up", ""],
    ["down", 'service unhealthy (responded with "NOT_SERVING")'],
    ["unknown", 'service unhealthy (responded with "SERVICE_UNKNOWN")'],
    ["zero", 'service unhealthy (responded with "UNKNOWN")'],
    ["none", "grpc: the server has no such health check (grpc.health.v1.Health)"],
    ["x".repeat(121), "grpc: the service's name has more than 120 characters"],
  ] as const)
    test(`service "${service.slice(0, 8)}"`, async () =>
      assert.deepEqual(await grpc(service), [line === "" ? 0 : 1, line]));

  for (const [name, bytes] of [
    ["no HTTP/2", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["nothing", ""],
    ["half a frame", "\0\0\x08\x04\0\0\0\0\0\0"],
    ["a frame that is too large", "\xff\xff\xff\0\0\0\0\0\x01"],
    ["padding that is longer than its frame", "\0\0\x02\0\x09\0\0\0\x01\xff\x01"],
    ["a message that says it is huge", "\0\0\x05\0\x01\0\0\0\x01\0\xff\xff\xff\xff"],
    ["settings without end", "\0\0\0\x04\0\0\0\0\0".repeat(1000)],
    ["a reset", "\0\0\x04\x03\0\0\0\0\x01\0\0\0\x01"],
  ] as const)
    test(`a server that answers with ${name}`, async () => {
      const hostile = await listen(
        createTcp((socket: Socket) => {
          socket.on("error", () => undefined);
          socket.end(Buffer.from(bytes, "latin1"));
        }),
      );
      const [code, line] = await grpc("", hostile);
      assert.equal(code, 1);
      assert.match(line, /^grpc: [^\n]+$/);
    });
});
