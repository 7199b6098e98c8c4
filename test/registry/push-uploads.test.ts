import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { answerError } from "../support/registry.ts";
import { onTerminal } from "../support/terminal.ts";
import { startUploadRegistry } from "../support/upload-registry.ts";
import { makeWorld } from "../support/world.ts";

// What a push sends, and what it does when that goes wrong.
const world = await makeWorld({ images: {} });
const target = await startUploadRegistry();
const { host } = world;
after(async () => {
  await target.close();
  await world.close();
});
// Too random to be compressed.
const image = makeImage({ layers: [[{ path: "noise", content: randomBytes(3_000_000) }]] });
const [layer = assert.fail("no layer")] = image.layers;
world.registry.add("app", "latest", image);
await host.ok(["pull", "-q", "test.localhost/app"]);

afterEach(() => {
  target.intercept(undefined);
  target.breakAfter(Infinity);
  target.blobs.clear();
  target.manifests.clear();
  target.requests.length = 0;
  target.received = 0;
});

const push = (name: string, ...args: readonly string[]) =>
  host.tspod([
    "push",
    "-q",
    "--tls-verify=false",
    ...args,
    "test.localhost/app",
    `${target.address}/${name}`,
  ]);

/** It ends well, and the registry has all of it. */
async function pushed(name: string): Promise<void> {
  const { code, stderr } = await push(name);
  assert.equal(code, 0, stderr);
  const repository = name.replace(/:.*/, "");
  for (const { digest, content } of [layer, image.config])
    assert.ok(target.blobs.get(`${repository}/${digest}`)?.equals(content));
  assert.equal(target.manifests.get(name)?.content, image.manifest.content.toString());
  assert.equal(target.manifests.get(name)?.type, image.manifest.mediaType);
}

/** It fails with 125 and one line. */
async function refused(name: string): Promise<string> {
  const { code, stdout, stderr } = await push(name);
  assert.deepEqual({ code, stdout }, { code: 125, stdout: "" });
  assert.match(stderr, /^Error: [^\n]*\n$/);
  assert.equal(target.manifests.size, 0);
  return stderr;
}

const SENT = [
  "HEAD /v2/a/blobs/D",
  "POST /v2/a/blobs/uploads/",
  "PUT /v2/a/blobs/uploads/U?state=0%2B&digest=D",
];

test("each blob in one request, the manifest last; a second push sends no blob", async () => {
  await pushed("a:1");
  assert.deepEqual(target.requests.slice(-7), [...SENT, ...SENT, "PUT /v2/a/manifests/1"]);
  target.requests.length = 0;
  await pushed("a:2");
  assert.deepEqual(target.requests.slice(-3), [
    "HEAD /v2/a/blobs/D",
    "HEAD /v2/a/blobs/D",
    "PUT /v2/a/manifests/2",
  ]);
});

test("what comes one after the other needs one connection", async () => {
  const sockets = new Set<object>();
  target.intercept((request) => {
    if (!request.url?.endsWith("/v2/")) sockets.add(request.socket);
    return false;
  });
  await pushed("a:1");
  await pushed("a:2");
  assert.equal(sockets.size, 2); // one for each push
});

test("another repository of the registry has it: mounted from there, not sent", async () => {
  await pushed("a:1");
  const { received } = target;
  target.requests.length = 0;
  await pushed("b:1");
  assert.equal(target.received, received);
  assert.deepEqual(
    target.requests.filter((line) => line.startsWith("POST")),
    ["POST /v2/b/blobs/uploads/?mount=D&from=a", "POST /v2/b/blobs/uploads/?mount=D&from=a"],
  );
});

test("it has it no more: sent, and the upload that had begun instead is given up", async () => {
  await pushed("a:1");
  target.blobs.clear();
  target.requests.length = 0;
  await pushed("c:1");
  const mounts = target.requests.filter((line) => line.includes("mount="));
  assert.ok(mounts.length >= 2);
  assert.equal(target.requests.filter((line) => line.startsWith("DELETE")).length, mounts.length);
});

test("compressed in another way: done once, as long as the registry has what came out", async () => {
  const zstd = (name: string) => push(name, "--compression-format", "zstd");
  const kinds = () => target.requests.map((line) => line.replace(/ .*/, ""));
  assert.equal((await zstd("y:1")).code, 0);
  const { received } = target;
  target.requests.length = 0;
  assert.equal((await zstd("y:2")).code, 0);
  assert.deepEqual(kinds().slice(-3), ["HEAD", "HEAD", "PUT"]);
  assert.equal(target.manifests.get("y:2")?.content, target.manifests.get("y:1")?.content);
  target.requests.length = 0;
  assert.equal((await zstd("z:1")).code, 0);
  assert.ok(target.requests.includes("POST /v2/z/blobs/uploads/?mount=D&from=y"));
  assert.equal(target.received, received);
  const before = readdirSync(join(host.dataDirectory, "tspod/places"));
  assert.ok(before.some((name) => name.endsWith(".zstd")));
  target.blobs.clear();
  assert.equal((await zstd("y:3")).code, 0);
  assert.equal(target.received, 2 * received);
  await host.ok(["rmi", "test.localhost/app"]);
  assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod/places")), []);
  await host.ok(["pull", "-q", "test.localhost/app"]);
});

test("broken off: it goes on where it was", async () => {
  target.breakAfter(1_000_000);
  await pushed("d:1");
  const at = target.requests.findIndex((line) => line.startsWith("PATCH"));
  assert.match(target.requests[at - 1] ?? "", /^GET \/v2\/d\/blobs\/uploads\/U/);
  assert.equal(
    target.requests[at],
    `PATCH /v2/d/blobs/uploads/U?state=1000000%2B 1000000-${layer.content.length - 1}`,
  );
  assert.match(target.requests[at + 1] ?? "", /^PUT [^ ]*&digest=D$/);
});

test("broken off, and the registry has forgotten it: it begins anew", async () => {
  target.breakAfter(1_000_000);
  target.intercept((request) => {
    if (request.method === "GET" && request.url?.includes("/uploads/")) target.forget();
    return false;
  });
  await pushed("e:1");
  assert.equal(target.requests.filter((line) => line.startsWith("PUT /v2/e/blobs")).length, 3);
});

test("only the answer was lost: it is not sent again", async () => {
  let lost = false;
  target.intercept((request, response) => {
    if (lost || request.method !== "PUT" || !request.url?.includes("/uploads/")) return false;
    lost = true;
    response.end = (() => response.destroy()) as unknown as typeof response.end;
    return false;
  });
  await pushed("f:1");
  assert.ok(lost);
  assert.equal(target.received, layer.content.length + image.config.content.length);
});

test("a server that does not take it as a whole gets it in pieces", async () => {
  target.intercept((request, response) => {
    if (request.method !== "PUT" || Number(request.headers["content-length"]) < 100_000) return false;
    request.resume();
    response.writeHead(413).end();
    return true;
  });
  await pushed("g:1");
  assert.deepEqual(
    target.requests.filter((line) => line.startsWith("PATCH")),
    [`PATCH /v2/g/blobs/uploads/U?state=0%2B 0-${layer.content.length - 1}`],
  );
});

describe("a registry that refuses", () => {
  test("503 and 429 with Retry-After are tried again", async () => {
    const answers = [503, 429];
    target.intercept((request, response) => {
      const status = request.url === "/v2/h/blobs/uploads/" ? answers.shift() : undefined;
      if (status === undefined) return false;
      response.writeHead(status, { "retry-after": "0" }).end();
      return true;
    });
    await pushed("h:1");
    assert.equal(target.requests.filter((line) => line === "POST /v2/h/blobs/uploads/").length, 4);
  });

  test("a limit is told, and when it ends", async () => {
    target.intercept((request, response) => {
      if (request.method !== "HEAD" && request.method !== "POST") return false;
      response.setHeader("ratelimit-limit", "100;w=21600");
      response.setHeader("retry-after", "3600");
      answerError(response, 429, { code: "TOOMANYREQUESTS", message: "you have pushed enough" });
      return true;
    });
    const stderr = await refused("i:1");
    assert.match(stderr, /: toomanyrequests: .*\(limit 100 requests in 6h, resets in 1h\)\n$/);
  });

  test("no right to push", async () => {
    target.intercept((request, response) => {
      if (request.method !== "POST") return false;
      answerError(response, 403, { code: "DENIED", message: "you may not" });
      return true;
    });
    const stderr = await refused("j:1");
    assert.match(stderr, /^Error: writing blob: denied: you may not \(log in with "tspod login [^\n]*\n$/);
  });

  test("a manifest that it does not like", async () => {
    target.intercept((request, response) => {
      if (!request.url?.includes("/manifests/")) return false;
      answerError(response, 400, { code: "MANIFEST_INVALID", message: "manifest invalid" });
      return true;
    });
    assert.equal(
      await refused("k:1"),
      `Error: writing manifest: uploading manifest 1 to ${target.address}/k: manifest invalid\n`,
    );
  });
});

test("credentials don't go to another origin that an upload is sent to", async () => {
  const elsewhere = await startUploadRegistry();
  try {
    const seen: (string | undefined)[] = [];
    const authorization = `Basic ${Buffer.from("me:s3cr3t").toString("base64")}`;
    elsewhere.intercept((request, response) => {
      seen.push(request.headers.authorization);
      request.resume().on("end", () => response.writeHead(201).end());
      return true;
    });
    target.intercept((request, response) => {
      if (request.headers.authorization !== authorization) {
        response.setHeader("www-authenticate", 'Basic realm="r"');
        answerError(response, 401, { code: "UNAUTHORIZED", message: "authentication required" });
        return true;
      }
      if (request.method !== "POST") return false;
      response.writeHead(202, { location: `http://${elsewhere.address}/upload` }).end();
      return true;
    });
    const { code, stderr } = await push("l:1", "--creds", "me:s3cr3t");
    assert.equal(code, 0, stderr);
    assert.ok(seen.length >= 2);
    assert.deepEqual(new Set(seen), new Set([undefined]));
  } finally {
    await elsewhere.close();
  }
});

test("on a terminal: a bar for each blob", async () => {
  const terminal = onTerminal(host, [
    "push",
    "--tls-verify=false",
    "test.localhost/app",
    `${target.address}/m:1`,
  ]);
  await terminal.saw(/Copying blob [0-9a-f]{12} \[=+\] done/);
  assert.equal(await terminal.ended, 0);
});

test("SIGINT: 130, and no manifest", async () => {
  target.intercept((request) => request.method === "PUT" && request.url?.includes("/uploads/") === true);
  const running = host.start(["push", "--tls-verify=false", "test.localhost/app", `${target.address}/n:1`]);
  await running.saw(/Copying blob/);
  running.child.kill("SIGINT");
  const { code } = await running.ended;
  assert.equal(code, 130);
  assert.equal(target.manifests.size, 0);
});

describe("a registry that takes one kind of manifest only", () => {
  const onlyTakes = (type: RegExp, status: number) =>
    target.intercept((request, response) => {
      if (request.method !== "PUT" || !request.url?.includes("/manifests/")) return false;
      if (type.test(request.headers["content-type"] ?? "")) return false;
      request
        .resume()
        .on("end", () =>
          answerError(response, status, { code: "MANIFEST_INVALID", message: "manifest invalid" }),
        );
      return true;
    });
  for (const [kind, type, other] of [
    ["docker", /docker\.distribution\.manifest\.v2/, "oci"],
    ["oci", /vnd\.oci\.image\.manifest/, "docker"],
  ] as const)
    for (const status of [400, 415])
      test(`${kind} (${status})`, async () => {
        onlyTakes(type, status);
        await host.ok(["tag", "test.localhost/app", "localhost/own"]);
        const { code, stderr } = await push(`${kind}:1`);
        assert.equal(code, 0, stderr);
        assert.match(target.manifests.get(`${kind}:1`)?.type ?? "", type);
        // Asked for by name it is a refusal.
        const forced = await push(`${kind}:2`, "--format", other === "docker" ? "v2s2" : "oci");
        assert.equal(forced.code, 125);
        assert.match(forced.stderr, /manifest invalid/);
      });
  test("neither: the first refusal is told", async () => {
    onlyTakes(/nothing/, 400);
    assert.match(await refused("none:1"), /manifest invalid/);
  });
  test("another refusal is not tried again with another kind", async () => {
    target.intercept((request, response) => {
      if (request.method !== "PUT" || !request.url?.includes("/manifests/")) return false;
      request.resume().on("end", () => answerError(response, 403, { code: "DENIED", message: "no" }));
      return true;
    });
    await refused("denied:1");
    assert.equal(target.requests.filter((line) => /^PUT .*manifests/.test(line)).length, 1);
  });
});
