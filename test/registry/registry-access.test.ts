import assert from "node:assert/strict";
import { cpSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage } from "../support/image.ts";
import { startTokenServer } from "../support/token-server.ts";
import { makeWorld } from "../support/world.ts";

// Ways into Debian's docker-registry: tokens, client certificates, a proxy.
const registries = dockerRegistries();
const { directory } = registries;
registries.certify("token", "token server");
registries.certify("client", "client");
const tokens = await startTokenServer(directory, "token");
const world = await makeWorld({ images: {} });
const { host } = world;
after(async () => {
  registries.close();
  await tokens.close();
  await world.close();
});
const image = makeImage({ layers: [[{ path: "a", content: "a" }], [{ path: "b", content: "b" }]] });
const id = image.config.digest.slice("sha256:".length);
world.registry.add("app", "latest", image);
await host.ok(["pull", "-q", "test.localhost/app"]);
const APP = "test.localhost/app";

describe("a registry with a token server", async () => {
  const certificate = join(directory, "ca/ca.crt");
  const registry = await registries.start({ token: { realm: tokens.realm, certificate } });
  const plain = "--tls-verify=false";
  const lastAsked = (): string[] => tokens.asked.splice(0);

  test("login: the token server judges the password", async () => {
    const wrong = await host.tspod(["login", plain, "-u", "user", "-p", "wr0ng", registry]);
    assert.equal(wrong.code, 125);
    assert.equal(wrong.stderr, `Error: logging into "${registry}": invalid username/password\n`);
    await host.ok(["login", plain, "-u", "user", "-p", "right", registry]);
  });

  test("push asks for the right to push, pull for that to pull only", async () => {
    lastAsked();
    await host.ok(["push", "-q", plain, APP, `${registry}/team/app:1`]);
    assert.deepEqual(new Set(lastAsked()), new Set(["user repository:team/app:pull,push"]));
    assert.equal(await host.ok(["pull", "-q", plain, `${registry}/team/app:1`]), id);
    assert.deepEqual(new Set(lastAsked()), new Set(["user repository:team/app:pull"]));
  });

  test("a mount asks for both repositories at once, and sends nothing", async () => {
    await host.ok(["push", "-q", plain, APP, `${registry}/team/other:1`]);
    const both = "user repository:team/other:pull,push repository:team/app:pull";
    assert.ok(lastAsked().includes(both));
    assert.equal(await host.ok(["pull", "-q", plain, `${registry}/team/other:1`]), id);
  });

  test("nobody, and who may only read, can't push; the message says what to do", async () => {
    const reader = ["--creds", "reader:right"];
    assert.equal(await host.ok(["pull", "-q", plain, ...reader, `${registry}/team/app:1`]), id);
    const refused = await host.tspod(["push", "-q", plain, ...reader, APP, `${registry}/reader/app:1`]);
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /^Error: [^\n]*: authentication required \(the credentials for /);
    await host.ok(["logout", registry]);
    const nobody = await host.tspod(["push", "-q", plain, APP, `${registry}/team/app:2`]);
    assert.equal(nobody.code, 125);
    assert.match(nobody.stderr, /^Error: [^\n]*authentication required \(log in with "tspod login /);
  });
});

describe("a registry that wants client certificates", async () => {
  const registry = await registries.start({ tls: true, clientCertificates: true });
  const own = join(directory, "own");
  cpSync(join(directory, "ca"), own, { recursive: true });

  test("without one: refused, in one line", async () => {
    const { code, stderr } = await host.tspod([
      "push",
      "-q",
      "--cert-dir",
      own,
      APP,
      `${registry}/tls/app:1`,
    ]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: [^\n]*\n$/);
  });

  test("from --cert-dir, and from certs.d: push, pull, login, search", async () => {
    cpSync(join(directory, "client.crt"), join(own, "client.cert"));
    const key = join(own, "client.key");
    cpSync(join(directory, "client.key"), key);
    const name = `${registry}/tls/app:1`;
    await host.ok(["push", "-q", "--cert-dir", own, APP, name]);
    assert.equal(await host.ok(["pull", "-q", "--cert-dir", own, name]), id);
    await host.ok(["login", "-u", "a", "-p", "b", "--cert-dir", own, registry]);
    const certificates = join(host.directory, ".config/containers/certs.d", registry);
    mkdirSync(certificates, { recursive: true });
    cpSync(own, certificates, { recursive: true });
    assert.equal(await host.ok(["pull", "-q", name]), id);
    assert.equal(
      await host.ok(["search", "--format", "{{.Name}}", `${registry}/tls`]),
      `${registry}/tls/app`,
    );
  });

  test("a certificate without its key is named", async () => {
    const half = join(directory, "half");
    mkdirSync(half);
    cpSync(join(directory, "client.crt"), join(half, "client.cert"));
    const { code, stderr } = await host.tspod(["pull", "-q", "--cert-dir", half, `${registry}/tls/app:1`]);
    assert.equal(code, 125);
    assert.match(stderr, /missing key "client\.key" for client certificate "client\.cert"/);
  });
});

describe("a registry with TLS behind a proxy", async () => {
  const registry = await registries.start({ tls: true });
  const asked: string[] = [];
  const proxy = createServer((_, response) => response.writeHead(400).end());
  // Whatever host is asked for, it is the registry.
  proxy.on("connect", (request, socket) => {
    asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    const upstream = connect(Number(registry.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const certDirectory = ["--cert-dir", join(directory, "ca")];

  for (const variable of ["https_proxy", "HTTPS_PROXY"]) {
    test(`${variable}: push and pull through CONNECT; the proxy's password goes to it alone`, async () => {
      asked.length = 0;
      const env = { [variable]: `http://me:s3cr3t@${address}` };
      const name = `registry.invalid:5000/proxied/${variable.toLowerCase().replace("_", "-")}:1`;
      await host.ok(["push", "-q", ...certDirectory, APP, name], { env });
      assert.equal(await host.ok(["pull", "-q", ...certDirectory, name], { env }), id);
      const authorization = `Basic ${Buffer.from("me:s3cr3t").toString("base64")}`;
      assert.deepEqual(new Set(asked), new Set([`registry.invalid:5000 ${authorization}`]));
    });
  }

  test("its authority is checked through the proxy, too", async () => {
    const { code, stderr } = await host.tspod(["push", "-q", APP, "registry.invalid:5000/proxied/app:1"], {
      env: { https_proxy: `http://${address}` },
    });
    assert.equal(code, 125);
    assert.match(stderr, /^Error: [^\n]*x509: [^\n]*certs\.d[^\n]*\n$/);
  });
});
