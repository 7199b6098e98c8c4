import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { makeImage, makeIndex } from "../support/image.ts";
import { answerError } from "../support/registry.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
after(() => world.close());
const { host, registry } = world;
const image = makeImage();
const foreign = makeImage({ layers: [[{ path: "foreign", content: "other" }]], architecture: "s390x" });
const ARCHITECTURE = process.arch === "x64" ? "amd64" : process.arch;
registry.add("plain", "latest", image);
afterEach(async () => {
  registry.intercept(undefined);
  await host.tspod(["rmi", "-a", "-f"]);
});
const isBlob = (path: string | undefined) => path?.includes("/blobs/") === true;

for (const [name, options] of [
  ["gzip", { compression: "gzip" }],
  ["zstd", { compression: "zstd" }],
  ["no compression", { compression: "none" }],
  ["Docker's media types", { format: "docker" }],
] as const) {
  test(`layers: ${name}`, async () => {
    registry.add("kind", "latest", makeImage(options));
    await host.ok(["pull", "-q", "test.localhost/kind"]);
    assert.equal(
      await host.ok(["run", "--rm", "test.localhost/kind", "cat", "/var/data/seed"]),
      "from the image",
    );
  });
}

test("several: one that fails does not stop the others, and each failure is told", async () => {
  const [good, ...bad] = ["plain", "no1", "no2"].map((name) => `test.localhost/${name}`);
  const { code, stdout, stderr } = await host.tspod(["pull", "-q", bad[0] ?? "", good ?? "", bad[1] ?? ""]);
  assert.deepEqual([code, stdout], [125, `${image.config.digest.replace("sha256:", "")}\n`]);
  assert.match(
    stderr,
    /^Error: unable to copy from source [^\n]*: initializing source docker:\/\/test\.localhost\/no1:latest: [^\n]*: manifest unknown\nError: unable to copy from source [^\n]*: initializing source docker:\/\/test\.localhost\/no2:latest: [^\n]*\n$/,
  );
});

test("--policy: never and missing ask no registry where that is not wanted", async () => {
  const name = "test.localhost/plain";
  assert.deepEqual(await host.tspod(["pull", "--policy", "never", name]), {
    code: 125,
    stdout: "",
    stderr: `Error: ${name}: image not known\n`,
  });
  const id = await host.ok(["pull", "-q", "--policy", "missing", name]);
  registry.intercept(() => {
    throw new Error("a request");
  });
  assert.equal(await host.ok(["pull", "-q", "--policy", "missing", name]), id);
  const wrong = await host.tspod(["pull", "--policy", "sometimes", name]);
  assert.deepEqual([wrong.code, wrong.stdout], [125, ""]);
  assert.match(wrong.stderr, /^Error: unsupported pull policy "sometimes"\n/);
});

test("prints the image's id, and says what it does on stderr", async () => {
  const { code, stdout, stderr } = await host.tspod(["pull", "test.localhost/plain"]);
  assert.equal(code, 0);
  assert.equal(stdout, `${image.config.digest.replace("sha256:", "")}\n`);
  assert.match(stderr, /^Trying to pull test\.localhost\/plain:latest\.\.\.\n/);
  const quiet = await host.tspod(["pull", "-q", "test.localhost/plain"]);
  assert.deepEqual(quiet, { code: 0, stdout, stderr: "" });
});

test("by digest", async () => {
  const name = `test.localhost/plain@${image.manifest.digest}`;
  await host.ok(["pull", "-q", name]);
  assert.equal(await host.ok(["run", "--rm", name, "echo", "ran"]), "ran");
});

test("a short name, by the registries to search", async () => {
  await host.ok(["pull", "-q", "plain"]);
  assert.equal(await host.ok(["images", "--format", "{{.Repository}}"]), "test.localhost/plain");
});

test("from an index: this machine's platform, and --platform", async () => {
  registry.add("many", "a", image);
  registry.add("many", "b", foreign);
  const index = makeIndex([
    { image: foreign, platform: { os: "linux", architecture: "s390x" } },
    { image, platform: { os: "linux", architecture: ARCHITECTURE } },
  ]);
  registry.addManifest("many", "latest", index);
  assert.equal(
    await host.ok(["pull", "-q", "test.localhost/many"]),
    image.config.digest.replace("sha256:", ""),
  );
  await host.ok(["create", "--name", "one-of-many", "test.localhost/many", "true"]);
  for (const [name, field] of [
    ["test.localhost/many", "Digest"],
    ["one-of-many", "ImageDigest"],
  ] as const) {
    assert.equal(await host.ok(["inspect", "--format", `{{.${field}}}`, name]), index.digest);
  }
  await host.ok(["rm", "one-of-many"]);
  assert.equal(
    await host.ok(["pull", "-q", "--platform", "linux/s390x", "test.localhost/many"]),
    foreign.config.digest.replace("sha256:", ""),
  );
  const result = await host.tspod(["pull", "-q", "--arch", "riscv64", "test.localhost/many"]);
  assert.equal(result.code, 125);
  assert.match(result.stderr, /no image found in (?:image index|manifest list) for architecture "?riscv64"?/);
});

test("what is there is not fetched again; --pull=always asks for it", async () => {
  await host.ok(["pull", "-q", "test.localhost/plain"]);
  registry.requests.length = 0;
  await host.ok(["run", "--rm", "test.localhost/plain", "true"]);
  assert.equal(registry.requests.length, 0);
  await host.ok(["run", "--rm", "--pull=always", "test.localhost/plain", "true"]);
  assert.ok(registry.requests.some((request) => request.includes("/manifests/")));
  assert.deepEqual(
    registry.requests.filter(
      (request) => request.startsWith("GET") && request.includes(image.layers[0]?.digest ?? ""),
    ),
    [],
  );
  const never = await host.tspod(["run", "--rm", "--pull=never", "test.localhost/absent", "true"]);
  assert.equal(never.code, 125);
  assert.match(never.stderr, /^Error: .*absent.*image not known\n$/);
});

test("layers are shared between images, and come in parallel", async () => {
  const base = [{ path: "base", content: "base" }];
  const layers = [base, ...["a", "b", "c"].map((path) => [{ path, content: path }])];
  registry.add("stack", "latest", makeImage({ layers }));
  registry.add("stack2", "latest", makeImage({ layers: [base] }));
  await host.ok(["pull", "-q", "test.localhost/stack"]);
  registry.requests.length = 0;
  await host.ok(["pull", "-q", "test.localhost/stack2"]);
  assert.equal(
    registry.requests.filter((request) => request.startsWith("GET") && request.includes("/blobs/")).length,
    1,
  );
});

describe("a registry that fails for a moment", () => {
  test("a body that is cut off is resumed where it was cut", async () => {
    let cut = 0;
    registry.intercept((request, response, content) => {
      if (!isBlob(request.url) || !content || content.length < 100_000 || request.headers.range || cut++ > 0)
        return false;
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 70_000), () => response.destroy());
      return true;
    });
    await host.ok(["pull", "-q", "test.localhost/plain"]);
    assert.equal(cut, 1);
  });

  test("503 is tried again", async () => {
    let refused = 0;
    registry.intercept((request, response) => {
      if (!isBlob(request.url) || refused++ > 0) return false;
      answerError(response, 503, { code: "UNAVAILABLE", message: "busy" });
      return true;
    });
    await host.ok(["pull", "-q", "test.localhost/plain"]);
    assert.ok(refused > 1);
  });
});

describe("credentials", () => {
  const authFile = join(host.runtimeDirectory, "containers/auth.json");
  mkdirSync(join(host.runtimeDirectory, "containers"), { recursive: true });
  const basic = `Basic ${Buffer.from("user:secret").toString("base64")}`;

  test("basic", async () => {
    registry.intercept((request, response) => {
      if (request.headers.authorization === basic) return false;
      response.setHeader("www-authenticate", 'Basic realm="tests"');
      answerError(response, 401, { code: "UNAUTHORIZED", message: "authentication required" });
      return true;
    });
    const without = await host.tspod(["pull", "-q", "test.localhost/plain"]);
    assert.equal(without.code, 125);
    assert.match(without.stderr, /unauthorized|authentication required/);
    writeFileSync(
      authFile,
      JSON.stringify({
        auths: { [registry.address]: { auth: basic.slice(6) }, "test.localhost": { auth: basic.slice(6) } },
      }),
    );
    await host.ok(["pull", "-q", "test.localhost/plain"]);
    writeFileSync(
      authFile,
      JSON.stringify({ auths: { [registry.address]: { auth: "d3Jvbmc6c2VjcmV0MTIz" } } }),
    );
    const wrong = await host.tspod(["pull", "-q", `${registry.address}/plain`]);
    assert.equal(wrong.code, 125);
    assert.match(wrong.stderr, /unauthorized|authentication required/);
    assert.doesNotMatch(wrong.stderr, /secret123|d3Jvbmc6/);
  });

  test("a token", async () => {
    writeFileSync(
      authFile,
      JSON.stringify({
        auths: { "test.localhost": { auth: basic.slice(6) }, [registry.address]: { auth: basic.slice(6) } },
      }),
    );
    const asked: string[] = [];
    registry.intercept((request, response) => {
      const url = new URL(request.url ?? "", `http://${registry.address}`);
      if (url.pathname === "/token") {
        asked.push(`${request.headers.authorization} ${url.searchParams.get("scope")}`);
        response.end(JSON.stringify({ token: "open-sesame", expires_in: 60 }));
        return true;
      }
      if (request.headers.authorization === "Bearer open-sesame") return false;
      response.setHeader(
        "www-authenticate",
        `Bearer realm="http://${registry.address}/token",service="tests",scope="repository:plain:pull"`,
      );
      answerError(response, 401, { code: "UNAUTHORIZED", message: "authentication required" });
      return true;
    });
    await host.ok(["pull", "-q", "test.localhost/plain"]);
    assert.ok(asked.includes(`${basic} repository:plain:pull`), asked.join("\n"));
  });
});
