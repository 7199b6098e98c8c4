import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { descriptorOf, makeBlob, makeImage } from "../support/image.ts";
import { answerError, startRegistry } from "../support/registry.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
const elsewhere = await startRegistry();
after(async () => {
  await elsewhere.close();
  await world.close();
});
const { host, registry } = world;
const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 2654435761) >>> 24));
const image = makeImage({ layers: [[{ path: "noise", content: noise }]], compression: "none" });
const [layer = assert.fail("no layer")] = image.layers;
registry.add("app", "latest", image);
const NAME = "test.localhost/app";

afterEach(async () => {
  registry.intercept(undefined);
  elsewhere.intercept(undefined);
  registry.requests.length = 0;
  await host.tspod(["rmi", "-a", "-f"]);
  await host.tspod(["unshare", "rm", "-rf", join(host.dataDirectory, "tspod/partial")]);
  mkdirSync(join(host.dataDirectory, "tspod/partial"), { recursive: true, mode: 0o700 });
});

const isLayer = (request: IncomingMessage): boolean => request.url?.endsWith(layer.digest) === true;

/** It fails with 125 and one line, in time, and nothing of the image is visible. */
async function refused(args: readonly string[], message: RegExp): Promise<string> {
  const before = await host.ok(["images", "-q"]);
  const { code, stdout, stderr } = await host.tspod(["pull", "-q", ...args]);
  assert.equal(code, 125, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^Error: [^\n]*\n$/);
  assert.match(stderr, message);
  assert.equal(await host.ok(["images", "-q"]), before);
  return stderr;
}

function answerLayer(
  answer: (response: ServerResponse, content: Buffer, request: IncomingMessage) => void,
): void {
  registry.intercept((request, response, content) => {
    if (!isLayer(request) || content === undefined) return false;
    answer(response, content, request);
    return true;
  });
}

describe("a layer that is not what its descriptor says", () => {
  test("other bytes", async () => {
    const wrong = Buffer.from(layer.content);
    wrong[1_000_000] = (wrong[1_000_000] ?? 0) ^ 1;
    answerLayer((response) => response.end(wrong));
    await refused([NAME], /digest/);
  });

  test("an endless body", async () => {
    let closed = false;
    answerLayer((response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write(noise, () => setImmediate(more));
      };
      response.on("close", () => {
        closed = true;
      });
      more();
    });
    await refused([NAME], /more than \d+ bytes/);
    assert.ok(closed);
  });

  test("a body that ends early, every time", async () => {
    answerLayer((response, content) => response.end(content.subarray(0, 1000)));
    await refused([NAME], /unexpected EOF/);
  });

  test("another image's layer", async () => {
    const [own, other] = ["own", "other"].map((content) => makeImage({ layers: [[{ path: "x", content }]] }));
    assert.ok(own !== undefined && other !== undefined);
    const manifest = {
      ...JSON.parse(own.manifest.content.toString()),
      layers: other.layers.map(descriptorOf),
    };
    registry.add("forged", "latest", {
      manifest: makeBlob(own.manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
      config: own.config,
      layers: other.layers,
    });
    await refused(["test.localhost/forged"], /diffID/i);
  });
});

describe("cut and resumed", () => {
  test("several cuts in one pull: each byte is asked for once", async () => {
    let cuts = 0;
    const ranges: (string | undefined)[] = [];
    registry.intercept((request, response, content) => {
      if (!isLayer(request) || content === undefined) return false;
      ranges.push(request.headers.range);
      if (cuts++ >= 2) return false;
      const start = Number(/\d+/.exec(request.headers.range ?? "0")?.[0]);
      const part = content.subarray(start);
      response.writeHead(start > 0 ? 206 : 200, {
        "content-length": part.length,
        ...(start > 0 && { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }),
      });
      response.write(part.subarray(0, 700_000), () => setTimeout(() => response.destroy(), 50));
      return true;
    });
    await host.ok(["pull", "-q", NAME]);
    assert.equal(ranges.length, 3);
    assert.equal(ranges[0], undefined);
    for (const range of ranges.slice(1)) assert.match(range ?? "", /^bytes=[1-9]\d*-$/);
  });

  test("a server that can't resume sends all again", async () => {
    let cuts = 0;
    answerLayer((response, content) => {
      response.writeHead(200, { "content-length": content.length });
      if (cuts++ > 0) response.end(content);
      else response.write(content.subarray(0, 700_000), () => setTimeout(() => response.destroy(), 50));
    });
    await host.ok(["pull", "-q", NAME]);
    assert.equal(cuts, 2);
  });

  test("killed in the middle: nothing is visible, and the next pull goes on", async () => {
    let asked = false;
    answerLayer((response, content) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 1_500_000));
      asked = true;
    });
    const pull = host.start(["pull", NAME]);
    await pull.saw(/Copying blob/);
    while (!asked) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 300));
    pull.child.kill("SIGKILL");
    await pull.ended;
    assert.equal(await host.ok(["images", "-q"]), "");
    assert.equal(readdirSync(join(host.dataDirectory, "tspod/layers")).length, 0);
    const ranges: (string | undefined)[] = [];
    registry.intercept((request) => {
      if (isLayer(request)) ranges.push(request.headers.range);
      return false;
    });
    await host.ok(["pull", "-q", NAME]);
    assert.match(ranges[0] ?? "", /^bytes=[1-9]\d*-$/);
  });

  test("what an earlier try left was damaged: it starts anew by itself", async () => {
    const partial = join(host.dataDirectory, "tspod/partial", layer.digest.slice("sha256:".length));
    writeFileSync(partial, Buffer.alloc(5000, "x"));
    await host.ok(["pull", "-q", NAME]);
  });

  test("SIGINT: 130, and nothing is visible", async () => {
    answerLayer((response, content) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 100_000));
    });
    const pull = host.start(["pull", NAME]);
    await pull.saw(/Copying blob/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    pull.child.kill("SIGINT");
    const { code, stdout } = await pull.ended;
    assert.equal(code, 130);
    assert.equal(stdout, "");
    assert.equal(await host.ok(["images", "-q"]), "");
  });
});

describe("a server that asks to wait", () => {
  test("429 with Retry-After", async () => {
    const times: number[] = [];
    registry.intercept((request, response) => {
      if (!isLayer(request)) return false;
      times.push(Date.now());
      if (times.length > 1) return false;
      response.setHeader("retry-after", "1");
      answerError(response, 429, { code: "TOOMANYREQUESTS", message: "slow down" });
      return true;
    });
    await host.ok(["pull", "-q", NAME]);
    const [first = 0, second = 0] = times;
    assert.ok(second - first >= 990, `waited ${second - first} ms`);
  });

  test("429 for an hour is told at once", async () => {
    registry.intercept((_, response) => {
      response.setHeader("retry-after", "3600");
      answerError(response, 429, { code: "TOOMANYREQUESTS", message: "pull rate limit" });
      return true;
    });
    await refused([NAME], /toomanyrequests: pull rate limit/);
  });
});

describe("manifests", () => {
  for (const [name, content, message] of [
    ["no JSON", "<html>hello</html>", /it is not JSON/],
    ["nonsense", '{"schemaVersion":2,"config":7}', /invalid manifest at config: it must be an object/],
    ["a list, not an object", "[]", /invalid manifest/],
    ["schema 1", '{"schemaVersion":1,"fsLayers":[]}', /schema 1 is not supported/],
    ["huge", `{"a":"${"x".repeat(5_000_000)}"}`, /exceeded maximum allowed size of 4194304 bytes/],
    [
      "an artifact",
      JSON.stringify({
        schemaVersion: 2,
        artifactType: "application/vnd.example.sbom",
        config: { mediaType: "application/vnd.oci.empty.v1+json", digest: layer.digest, size: 2 },
        layers: [],
      }),
      /no image but an artifact of type "application\/vnd\.example\.sbom"/,
    ],
  ] as const) {
    test(name, async () => {
      registry.addManifest("odd", "latest", makeBlob(image.manifest.mediaType, Buffer.from(content)));
      await refused(["test.localhost/odd"], message);
    });
  }

  test("of another digest than asked for", async () => {
    const asked = `sha256:${"1".repeat(64)}`;
    registry.intercept((request, response) => {
      if (request.url !== `/v2/app/manifests/${asked}`) return false;
      response.setHeader("content-type", image.manifest.mediaType);
      response.end(image.manifest.content);
      return true;
    });
    await refused([`${NAME}@${asked}`], /manifest has digest sha256:\w+, expected sha256:1{64}/);
  });

  test("unknown", async () => {
    await refused(
      ["test.localhost/app:none"],
      /initializing source docker:\/\/test\.localhost\/app:none: reading manifest none in 127\.0\.0\.1:\d+\/app: manifest unknown/,
    );
  });
});

describe("credentials", () => {
  const authorization = `Basic ${Buffer.from("me:s3cr3t-pass").toString("base64")}`;

  test("don't follow a redirect to another origin", async () => {
    const seen: (string | undefined)[] = [];
    elsewhere.addBlob("app", layer);
    elsewhere.intercept((request) => {
      seen.push(request.headers.authorization);
      return false;
    });
    registry.intercept((request, response) => {
      if (request.headers.authorization !== authorization) {
        response.setHeader("www-authenticate", 'Basic realm="r"');
        answerError(response, 401, { code: "UNAUTHORIZED", message: "authentication required" });
        return true;
      }
      if (!isLayer(request)) return false;
      response.writeHead(307, { location: `http://${elsewhere.address}/v2/app/blobs/${layer.digest}` }).end();
      return true;
    });
    await host.ok(["pull", "-q", "--creds", "me:s3cr3t-pass", NAME]);
    assert.deepEqual(seen, [undefined]);
  });

  test("wrong ones are not repeated in the message", async () => {
    registry.intercept((_, response) => {
      response.setHeader("www-authenticate", 'Basic realm="r"');
      answerError(response, 401, { code: "UNAUTHORIZED", message: "authentication required" });
      return true;
    });
    const stderr = await refused(
      ["--creds", "me:s3cr3t-pass", NAME],
      /authentication required .*tspod login/,
    );
    assert.doesNotMatch(stderr, /s3cr3t|bWU6/);
    assert.equal(registry.requests.length < 6, true, registry.requests.join("\n"));
  });

  test("a token that runs out is renewed", async () => {
    let tokens = 0;
    registry.intercept((request, response) => {
      if (request.url?.startsWith("/token")) {
        response.end(JSON.stringify({ token: `t${++tokens}`, expires_in: 300 }));
        return true;
      }
      // The second token is wanted as soon as a blob is asked for.
      const wanted = request.url?.includes("/blobs/") ? "Bearer t2" : "Bearer t1";
      if (request.headers.authorization === wanted) return false;
      response.setHeader("www-authenticate", `Bearer realm="http://${registry.address}/token",service="s"`);
      answerError(response, 401, { code: "UNAUTHORIZED", message: "token expired" });
      return true;
    });
    await host.ok(["pull", "-q", NAME]);
    assert.equal(tokens, 2);
  });

  test("a helper's", async () => {
    const bin = join(host.directory, "bin");
    mkdirSync(bin);
    const answer = JSON.stringify({ ServerURL: "x", Username: "me", Secret: "s3cr3t-pass" });
    writeFileSync(
      join(bin, "docker-credential-test"),
      `#!/bin/sh\n[ "$1" = get ] && cat >/dev/null && echo '${answer}'\n`,
      {
        mode: 0o755,
      },
    );
    const authFile = join(host.directory, "helped.json");
    writeFileSync(authFile, JSON.stringify({ credHelpers: { [registry.address]: "test" } }));
    let authorised = false;
    registry.intercept((request, response) => {
      authorised ||= request.headers.authorization === authorization;
      if (request.headers.authorization === authorization) return false;
      response.setHeader("www-authenticate", 'Basic realm="r"');
      answerError(response, 401, { code: "UNAUTHORIZED", message: "authentication required" });
      return true;
    });
    await host.ok(["pull", "-q", "--authfile", authFile, NAME], {
      env: { PATH: `${bin}:${process.env.PATH ?? ""}` },
    });
    assert.ok(authorised);
    await refused(
      ["--authfile", "/nonexistent/auth.json", NAME],
      /^Error: credential file is not accessible: faccessat \/nonexistent\/auth\.json: no such file or directory\n$/,
    );
  });
});

test("a mirror that is down, or lacks the image, is passed over", async () => {
  host.configureRegistries(
    `[[registry]]\nprefix = "test.localhost"\nlocation = "${registry.address}"\ninsecure = true\n` +
      `[[registry.mirror]]\nlocation = "127.0.0.1:1"\ninsecure = true\n` +
      `[[registry.mirror]]\nlocation = "${elsewhere.address}/none"\ninsecure = true\n`,
  );
  await host.ok(["pull", "-q", NAME]);
  await refused(["test.localhost/absent"], /mirrors also failed: \[127\.0\.0\.1:1: .*connection refused/);
});

test("a registry that is down", async () => {
  await refused(
    ["127.0.0.1:1/x"],
    /initializing source docker:\/\/127\.0\.0\.1:1\/x:latest: pinging container registry 127\.0\.0\.1:1: Get "https:\/\/127\.0\.0\.1:1\/v2\/": dial tcp 127\.0\.0\.1:1: connect: connection refused/,
  );
});

test("loopback is not insecure by itself", async () => {
  host.configureRegistries("");
  await refused([`${registry.address}/app`], /http: server gave HTTP response to HTTPS client/);
  await host.ok(["pull", "-q", "--tls-verify=false", `${registry.address}/app`]);
});
