import assert from "node:assert/strict";
import { createServer, request as sendRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, afterEach, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
const { host, registry } = world;
registry.add("app", "latest", makeImage({ layers: [[{ path: "app", content: "app" }]] }));

/** What the proxy was asked for: "METHOD TARGET AUTHORIZATION". */
const asked: string[] = [];

/** Takes whatever host it is asked for to be the test's registry. */
const proxy = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
  const { pathname, search } = new URL(request.url ?? "", "http://none");
  const url = `http://${registry.address}${pathname}${search}`;
  sendRequest(url, { method: request.method ?? "GET", headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  }).end();
});
proxy.on("connect", (request, socket) => {
  asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
  const [address, port] = registry.address.split(":");
  const upstream = connect(Number(port), address, () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on("error", () => socket.destroy());
  socket.on("error", () => upstream.destroy());
});
await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
const PROXY = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
after(async () => {
  proxy.close();
  proxy.closeAllConnections();
  await world.close();
});
afterEach(async () => {
  asked.length = 0;
  await host.tspod(["rmi", "-a", "-f"]);
});

/** A host that only the proxy can find. */
const REMOTE = "registry.invalid:5000";
const pull = (name: string, env: Record<string, string>) =>
  host.tspod(["pull", "-q", "--tls-verify=false", name], { env });

for (const variable of ["http_proxy", "HTTP_PROXY"]) {
  test(`${variable}: a registry without TLS is reached through it`, async () => {
    const { code, stderr } = await pull(`${REMOTE}/app`, { [variable]: `http://${PROXY}` });
    assert.equal(code, 0, stderr);
    assert.ok(asked.length > 0);
  });
}

test("credentials in the proxy's URL are sent to the proxy, and not shown", async () => {
  const { code, stderr } = await pull(`${REMOTE}/app`, { http_proxy: `http://user:secret@${PROXY}` });
  assert.equal(code, 0, stderr);
  const authorization = `Basic ${Buffer.from("user:secret").toString("base64")}`;
  assert.ok(
    asked.every((line) => line.endsWith(authorization)),
    asked.join("\n"),
  );
});

test("no_proxy, and this machine: asked without the proxy", async () => {
  const env = { http_proxy: `http://${PROXY}`, https_proxy: `http://${PROXY}` };
  const local = await pull(`${registry.address}/app`, env);
  assert.equal(local.code, 0, local.stderr);
  const excepted = await pull(`${REMOTE}/app`, { ...env, no_proxy: "example.com,.invalid" });
  assert.equal(excepted.code, 125);
  assert.match(excepted.stderr, /^Error: [^\n]*registry\.invalid[^\n]*\n$/);
  assert.deepEqual(asked, []);
});

test("a proxy that can't be reached: one line that tells", async () => {
  const { code, stderr } = await pull(`${REMOTE}/app`, {
    http_proxy: "http://user:secret@127.0.0.1:1",
    https_proxy: "http://user:secret@127.0.0.1:1",
  });
  assert.equal(code, 125);
  assert.match(stderr, /^Error: [^\n]*\n$/);
  assert.doesNotMatch(stderr, /secret/);
});
