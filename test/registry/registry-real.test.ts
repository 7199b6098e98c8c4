import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeHost } from "../support/host.ts";
import { makeImage, type TestImage } from "../support/image.ts";

// With TLS by an authority of our own, and with passwords.
const registries = dockerRegistries();
const { directory } = registries;
const host = makeHost();
after(async () => {
  registries.close();
  await host.close();
});

const image = makeImage({ layers: [[{ path: "a", content: "a" }], [{ path: "b", content: "b" }]] });
const id = image.config.digest.slice("sha256:".length);
const plain = await registries.start();
await push(plain, "team/app", image);
const tls = await registries.start({ tls: true });
const closed = await registries.start({ password: true });

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
  assert.match(
    stderr,
    /^Error: unable to copy from source [^\n]*: initializing source .*: x509: [^\n]*certs\.d[^\n]*\n$/,
  );
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
  assert.match(without.stderr, /authentication required .*tspod login/);
  const wrong = await host.tspod([...pull, "--creds", "user:wr0ng-one", name]);
  assert.equal(wrong.code, 125);
  assert.match(wrong.stderr, /: authentication required /);
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
    assert.match(
      stderr,
      /^Error: unable to copy from source [^\n]*: initializing source [^\n]*: manifest unknown\n$/,
    );
  }
});

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
