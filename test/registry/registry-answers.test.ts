import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { makeBlob, makeImage } from "../support/image.ts";
import { ociArchive } from "../support/oci-archive.ts";
import { tarArchive } from "../support/tar-archive.ts";
import { onTerminal } from "../support/terminal.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
after(() => world.close());
const { host, registry } = world;
const image = makeImage();
registry.add("app", "latest", image);
const NAME = "test.localhost/app";

afterEach(async () => {
  registry.intercept(undefined);
  await host.tspod(["rmi", "-a", "-f"]);
});

/** The registry asks for a token, and gives this one. */
function withTokenAnswer(answer: string): void {
  registry.intercept((request, response) => {
    if (request.url?.startsWith("/token")) {
      response.setHeader("content-type", "application/json");
      response.end(answer);
      return true;
    }
    if (request.headers.authorization === "Bearer T") return false;
    response.setHeader(
      "www-authenticate",
      `Bearer realm="http://${registry.address}/token",service="s",scope="repository:app:pull"`,
    );
    response.writeHead(401).end();
    return true;
  });
}

describe("null in an answer counts as absent, as Go has it", () => {
  for (const answer of [
    '{"token":"T","expires_in":null}',
    '{"token":null,"access_token":"T","issued_at":null}',
    '{"token":"T","access_token":null}',
  ])
    test(`a token: ${answer}`, async () => {
      withTokenAnswer(answer);
      await host.ok(["pull", "-q", NAME]);
    });

  test("a manifest with nulls", async () => {
    const manifest = JSON.parse(image.manifest.content.toString());
    manifest.annotations = null;
    manifest.artifactType = null;
    manifest.subject = null;
    manifest.config.annotations = null;
    manifest.config.platform = null;
    for (const layer of manifest.layers) layer.urls = null;
    registry.add("nulls", "latest", {
      ...image,
      manifest: makeBlob(image.manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
    });
    await host.ok(["pull", "-q", "test.localhost/nulls"]);
    assert.equal(await host.ok(["run", "--rm", "test.localhost/nulls", "echo", "well"]), "well");
  });

  test("an error without a message", async () => {
    registry.intercept((request, response) => {
      if (!request.url?.includes("/manifests/")) return false;
      response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":null,"detail":null}]}');
      return true;
    });
    const { code, stderr } = await host.tspod(["pull", "-q", NAME]);
    assert.equal(code, 125);
    assert.match(stderr, /manifest unknown/);
  });
});

test("a server's words can't steer the terminal, and have an end", async () => {
  const code = `\u001b[2J${"A".repeat(50_000)}`;
  registry.intercept((request, response) => {
    if (!request.url?.includes("/manifests/")) return false;
    response.writeHead(400).end(JSON.stringify({ errors: [{ code, message: "\u001b]0;x\u0007" }] }));
    return true;
  });
  const result = await host.tspod(["pull", "-q", NAME]);
  assert.equal(result.code, 125);
  assert.ok(
    !result.stderr.includes("\u001b") && result.stderr.length < 2000,
    `${result.stderr.length} bytes`,
  );
});

test("an artifact's type can't either", async () => {
  const manifest = {
    ...JSON.parse(image.manifest.content.toString()),
    artifactType: `\u001b[2J${"A".repeat(50_000)}`,
  };
  manifest.config.mediaType = "application/x-other";
  registry.add("artifact", "latest", {
    ...image,
    manifest: makeBlob(image.manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
  });
  const result = await host.tspod(["pull", "-q", "test.localhost/artifact"]);
  assert.equal(result.code, 125);
  assert.match(result.stderr, /this is no image but an artifact of type/);
  assert.ok(!result.stderr.includes("\u001b") && result.stderr.length < 2000);
});

describe("credsStore names a helper that is on another machine only", () => {
  const authFile = join(host.directory, "config.json");

  test("a pull that needs no login goes on", async () => {
    writeFileSync(authFile, JSON.stringify({ credsStore: "desktop.exe" }));
    await host.ok(["pull", "-q", "--authfile", authFile, NAME]);
  });

  test("one that is named for this very registry has to be there", async () => {
    writeFileSync(authFile, JSON.stringify({ credHelpers: { [registry.address]: "desktop.exe" } }));
    const { code, stderr } = await host.tspod(["pull", "-q", "--authfile", authFile, NAME]);
    assert.equal(code, 125);
    assert.match(stderr, /credential helper "docker-credential-desktop\.exe" can't be run/);
  });
});

test("registries.conf of version 1 is read", async () => {
  const conf = join(host.directory, "v1.conf");
  const { address } = registry;
  writeFileSync(
    conf,
    `[registries.search]\nregistries = ["${address}"]\n[registries.insecure]\nregistries = ["${address}"]\n`,
  );
  await host.ok(["pull", "-q", "app"], { env: { CONTAINERS_REGISTRIES_CONF: conf } });
  await host.ok(["pull", "-q", `${address}/app`], { env: { CONTAINERS_REGISTRIES_CONF: conf } });
  writeFileSync(conf, `[registries.block]\nregistries = ["${address}"]\n`);
  const { code, stderr } = await host.tspod(["pull", "-q", `${address}/app`], {
    env: { CONTAINERS_REGISTRIES_CONF: conf },
  });
  assert.equal(code, 125);
  assert.match(stderr, /blocked/);
});

describe("entries of an index", () => {
  test("one that says no platform is taken where none fits", async () => {
    const index = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [
        {
          mediaType: image.manifest.mediaType,
          digest: image.manifest.digest,
          size: image.manifest.content.length,
        },
      ],
    };
    registry.add("index", "latest", {
      ...image,
      manifest: makeBlob("application/vnd.oci.image.index.v1+json", Buffer.from(JSON.stringify(index))),
    });
    registry.add("index", "member", image);
    await host.ok(["pull", "-q", "test.localhost/index"]);
    assert.equal(await host.ok(["run", "--rm", "test.localhost/index", "echo", "well"]), "well");
  });

  test("in a layout, one for another platform keeps nobody from pulling its neighbour", async () => {
    await host.ok(["pull", "-q", NAME]);
    const layout = join(host.directory, "layout");
    await host.ok(["push", "-q", NAME, `oci:${layout}:good`]);
    const other = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        manifests: [
          {
            mediaType: image.manifest.mediaType,
            digest: image.manifest.digest,
            size: 1,
            platform: { os: "linux", architecture: "s390x" },
          },
        ],
      }),
    );
    const blob = makeBlob("application/vnd.oci.image.index.v1+json", other);
    mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
    writeFileSync(join(layout, "blobs/sha256", blob.digest.slice("sha256:".length)), other);
    const path = join(layout, "index.json");
    const text = JSON.parse(await host.ok(["unshare", "cat", path]));
    text.manifests.unshift({
      mediaType: blob.mediaType,
      digest: blob.digest,
      size: other.length,
      annotations: { "org.opencontainers.image.ref.name": "bad" },
    });
    rmSync(path);
    writeFileSync(path, JSON.stringify(text));
    await host.ok(["rmi", "-af"]);
    await host.ok(["pull", "-q", `oci:${layout}:good`]);
    const { code, stderr } = await host.tspod(["pull", "-q", `oci:${layout}:bad`]);
    assert.equal(code, 125);
    assert.match(stderr, /no image found in image index/);
  });
});

describe("an image's words on a terminal", () => {
  test("are shown with their control characters, which scripts get as they are", async () => {
    await host.ok(["pull", "-q", NAME]);
    const command = "true \u001b[2J\u001b]0;title\u0007";
    await host.ok(["create", "--name", "words", "--network", "none", NAME, ...command.split(" ")]);
    const terminal = onTerminal(host, ["ps", "-a", "--no-trunc"], { columns: 400 });
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.shown(), /true \\x1b\[2J\\x1b\]0;title\\x07/);
    assert.ok(!terminal.shown().includes("\u001b[2J"));
    assert.match(await host.ok(["ps", "-a", "--no-trunc"]), /true \u001b\[2J/);
    await host.ok(["rm", "words"]);
  });
});

test("a layer that ends without its padding and its end mark is read, as podman does", async () => {
  const entries = [
    { path: "bin/", mode: 0o755 },
    { path: "last", content: "five!" },
  ];
  const tar = tarArchive(entries);
  const cut = tar.subarray(0, tar.indexOf("five!") + 5);
  registry.add("cut", "latest", makeImage({ layers: [cut] }));
  await host.ok(["pull", "-q", "test.localhost/cut"]);
  await host.ok(["create", "--name", "cut", "test.localhost/cut", "x"]);
  await host.ok(["cp", "cut:/last", join(host.directory, "last")]);
  assert.equal(readFileSync(join(host.directory, "last"), "utf8"), "five!");
  await host.ok(["rm", "cut"]);
});

describe("a name with a digest is a promise", () => {
  const PINNED = `example.com/foo@sha256:${"1".repeat(64)}`;

  test("that an archive can't make for another image", async () => {
    const archive = join(host.directory, "pinned.tar");
    for (const name of [PINNED, PINNED.replace("@", ":v1@")]) {
      writeFileSync(archive, ociArchive(image, name));
      const { code, stdout, stderr } = await host.tspod(["load", "-q", "-i", archive]);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(
        stderr,
        /^Error: the archive calls an image "example\.com\/foo[^"]*", but its manifest has another digest\n$/,
      );
    }
    assert.equal(await host.ok(["images", "-aq"]), "");
    writeFileSync(archive, ociArchive(image, `example.com/foo@${image.manifest.digest}`));
    await host.ok(["load", "-q", "-i", archive]);
  });

  test("nor tag, commit, import and manifest create", async () => {
    await host.ok(["pull", "-q", NAME]);
    await host.ok(["create", "--name", "pin", NAME]);
    writeFileSync(join(host.directory, "empty.tar"), tarArchive([]));
    for (const args of [
      ["tag", NAME, PINNED],
      ["commit", "-q", "pin", PINNED],
      ["import", "-q", join(host.directory, "empty.tar"), PINNED],
      ["manifest", "create", PINNED],
    ]) {
      const { code, stdout, stderr } = await host.tspod(args);
      assert.deepEqual([code, stdout], [125, ""], args.join(" "));
      assert.match(stderr, /tag by digest not supported/);
    }
    await host.ok(["rm", "pin"]);
  });
});

describe("a content coding that nobody asked for", () => {
  const CODINGS = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
  } as const;
  for (const [coding, encode] of Object.entries(CODINGS))
    test(`${coding}: manifest, config and layers are what was stored`, async () => {
      const asked = new Set<string | undefined>();
      registry.intercept((request, response) => {
        asked.add([request.headers["accept-encoding"]].flat().join());
        const digest = /(?:blobs|manifests)\/(.*)$/.exec(request.url ?? "")?.[1];
        const blob =
          digest === "latest"
            ? image.manifest
            : [image.config, image.manifest, ...image.layers].find((each) => each.digest === digest);
        if (blob === undefined) return false;
        response.setHeader("content-encoding", coding);
        response.setHeader("content-type", blob.mediaType);
        response.end(request.method === "HEAD" ? undefined : encode(blob.content));
        return true;
      });
      await host.ok(["pull", "-q", NAME]);
      assert.equal(await host.ok(["run", "--rm", NAME, "echo", "well"]), "well");
      assert.deepEqual([...asked], ["identity"]);
    });

  test("an unknown one is an error that names it", async () => {
    registry.intercept((request, response) => {
      if (!request.url?.includes("/manifests/")) return false;
      response.setHeader("content-encoding", "rot13");
      response.end("x");
      return true;
    });
    const { code, stderr } = await host.tspod(["pull", "-q", NAME]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: [^\n]*content coding "rot13"[^\n]*\n$/);
  });
});

describe("a redirect without end", () => {
  for (const [name, location] of [
    ["to itself", () => `/v2/app/manifests/latest`],
    ["on and on", () => `/v2/app/manifests/latest?${Math.random()}`],
  ] as const)
    test(name, async () => {
      registry.intercept((request, response) => {
        if (!request.url?.includes("/manifests/")) return false;
        response.writeHead(307, { location: location() }).end();
        return true;
      });
      const { code, stderr } = await host.tspod(["pull", "-q", NAME]);
      assert.equal(code, 125);
      assert.match(stderr, /^Error: [^\n]*redirected in a loop[^\n]*\n$/);
      assert.doesNotMatch(stderr, /Agent|Client or Pool|Node/);
    });
});

test("what an earlier pull has left of a configuration, and is damaged, is fetched anew", async () => {
  const partial = join(host.dataDirectory, "tspod/partial");
  mkdirSync(partial, { recursive: true });
  const { digest, content } = image.config;
  writeFileSync(join(partial, digest.replace("sha256:", "")), "x".repeat(content.length - 5));
  await host.ok(["pull", "-q", NAME]);
  assert.equal(await host.ok(["run", "--rm", NAME, "echo", "well"]), "well");
});
