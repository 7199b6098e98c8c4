import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeHost } from "./support/host.ts";
import { makeImage, type TestImage } from "./support/image.ts";
import { requireProgram, until } from "./support/program.ts";

// Debian's docker-registry: the real thing, with TLS by an authority of our own, and with passwords.
const program = requireProgram("docker-registry", "docker-registry");
const openssl = requireProgram("openssl", "openssl");
const htpasswd = requireProgram("htpasswd", "apache2-utils");

const directory = mkdtempSync(join(tmpdir(), "tspod-registry-"));
const servers: ChildProcess[] = [];
const host = makeHost();
after(async () => {
  for (const server of servers) server.kill();
  await host.close();
  rmSync(directory, { recursive: true });
});

const image = makeImage({ layers: [[{ path: "a", content: "a" }], [{ path: "b", content: "b" }]] });
const id = image.config.digest.slice("sha256:".length);
makeCertificate();
const plain = await startServer("plain", {});
await push(plain, "team/app", image);
const tls = await startServer("tls", { tls: true });
const closed = await startServer("closed", { password: true });

test("plain HTTP, when asked for", async () => {
  assert.equal(await host.ok(["pull", "-q", "--tls-verify=false", `${plain}/team/app:1`]), id);
});

test("all tags", async () => {
  const ids = await host.ok(["pull", "-q", "-a", "--tls-verify=false", `${plain}/team/app`]);
  assert.deepEqual(ids.split("\n"), [id, id]);
  const names = await host.ok(["images", "--format", "{{.Repository}}:{{.Tag}}"]);
  for (const tag of ["1", "2"]) assert.ok(names.split("\n").includes(`${plain}/team/app:${tag}`), names);
});

test("an unknown authority is refused, by name; certs.d and --cert-dir make it known", async () => {
  const name = `${tls}/team/app:1`;
  const { code, stderr } = await host.tspod(["pull", "-q", name]);
  assert.equal(code, 125);
  assert.match(stderr, /^Error: initializing source .*: x509: [^\n]*certs\.d[^\n]*\n$/);
  assert.equal(await host.ok(["pull", "-q", "--cert-dir", join(directory, "ca"), name]), id);
  assert.equal(await host.ok(["pull", "-q", "--tls-verify=false", name]), id);
  const certificates = join(host.directory, ".config/containers/certs.d", tls);
  mkdirSync(join(host.directory, ".config/containers/certs.d"), { recursive: true });
  cpSync(join(directory, "ca"), certificates, { recursive: true });
  assert.equal(await host.ok(["pull", "-q", name]), id);
});

test("passwords", async () => {
  const name = `${closed}/team/app:1`;
  const pull = ["pull", "-q", "--tls-verify=false"];
  const without = await host.tspod([...pull, name]);
  assert.equal(without.code, 125);
  assert.match(without.stderr, /unauthorized: authentication required .*tspod login/);
  const wrong = await host.tspod([...pull, "--creds", "user:wr0ng-one", name]);
  assert.equal(wrong.code, 125);
  assert.match(wrong.stderr, /unauthorized/);
  assert.doesNotMatch(wrong.stderr, /wr0ng-one/);
  assert.equal(await host.ok([...pull, "--creds", "user:right", name]), id);
  const authFile = join(host.directory, "auth.json");
  const auth = Buffer.from("user:right").toString("base64");
  writeFileSync(authFile, JSON.stringify({ auths: { [`${closed}/team`]: { auth } } }));
  assert.equal(await host.ok([...pull, "--authfile", authFile, name]), id);
});

test("unknown name and tag", async () => {
  for (const name of ["team/none:1", "team/app:none"]) {
    const { code, stderr } = await host.tspod(["pull", "-q", "--tls-verify=false", `${plain}/${name}`]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: initializing source [^\n]*: manifest unknown: manifest unknown\n$/);
  }
});

/** An authority, and a certificate of it for 127.0.0.1. */
function makeCertificate(): void {
  const run = (...args: string[]): unknown => execFileSync(openssl, args, { cwd: directory, stdio: "pipe" });
  mkdirSync(join(directory, "ca"));
  run(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=tspod test authority",
    "-keyout",
    "ca.key",
    "-out",
    "ca/ca.crt",
  );
  run(
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    "/CN=127.0.0.1",
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
  );
  writeFileSync(join(directory, "san"), "subjectAltName=IP:127.0.0.1\n");
  run(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca/ca.crt",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "san",
    "-out",
    "server.crt",
  );
}

/** All of them serve the same storage. @returns `127.0.0.1:PORT` */
async function startServer(name: string, options: { tls?: boolean; password?: boolean }): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const http = {
    addr: address,
    ...(options.tls && {
      tls: { certificate: join(directory, "server.crt"), key: join(directory, "server.key") },
    }),
  };
  const passwords = join(directory, "htpasswd");
  if (options.password) writeFileSync(passwords, execFileSync(htpasswd, ["-Bbn", "user", "right"]));
  const configuration = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(directory, "storage") } },
    http,
    ...(options.password && { auth: { htpasswd: { realm: "test", path: passwords } } }),
  };
  const file = join(directory, `${name}.yml`);
  writeFileSync(file, JSON.stringify(configuration)); // JSON is YAML
  servers.push(spawn(program, ["serve", file], { stdio: "ignore" }));
  await until(() => isListening(address), `${name} registry`);
  return address;
}

async function isListening(address: string): Promise<boolean> {
  const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
  return answer !== undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** As tags 1 and 2. */
async function push(
  address: string,
  repository: string,
  { manifest, config, layers }: TestImage,
): Promise<void> {
  const base = `http://${address}/v2/${repository}`;
  for (const { digest, content } of [config, ...layers]) {
    const upload = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
    const location = new URL(upload.headers.get("location") ?? "", base);
    location.searchParams.set("digest", digest);
    const stored = await fetch(location, { method: "PUT", body: new Uint8Array(content) });
    assert.equal(stored.status, 201);
  }
  for (const tag of ["1", "2"]) {
    const stored = await fetch(`${base}/manifests/${tag}`, {
      method: "PUT",
      headers: { "content-type": manifest.mediaType },
      body: new Uint8Array(manifest.content),
    });
    assert.equal(stored.status, 201);
  }
}
