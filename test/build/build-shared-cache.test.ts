import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld();
const registries = dockerRegistries();
const address = await registries.start();
after(async () => {
  registries.close();
  await world.close();
});
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);
const at = (name: string): string => join(host.directory, name);

const directory = makeContext(
  host,
  [
    "FROM localhost/base AS tools",
    "RUN echo tools > /tools",
    "FROM localhost/base",
    "COPY a /a",
    "RUN echo ran > /ran",
    "COPY --from=tools /tools /",
    'CMD ["cat", "/ran"]',
  ].join("\n"),
  { a: "1" },
);
const build = (...flags: string[]) =>
  host.tspod(["build", "--network", "none", "--tls-verify=false", ...flags, directory]);
const cachedSteps = (stdout: string): number => stdout.match(/Using cache/g)?.length ?? 0;

/** As on another machine: no step and no image but the base is here. */
async function forget(): Promise<void> {
  await host.ok(["builder", "prune", "--force", "--all"]);
  const images = (
    await host.ok(["images", "-q", "--filter", "reference!=localhost/base", "--filter", "dangling=true"])
  ).split("\n");
  for (const image of images.filter(Boolean)) await host.tspod(["rmi", "--force", image]);
  await host.tspod(["rmi", "--force", "built"]);
  await host.ok(["builder", "prune", "--force", "--all"]);
}

describe("a cache that machines share", () => {
  for (const [kind, to, from] of [
    ["a directory", `type=local,dest=${at("cache")},mode=max`, `type=local,src=${at("cache")}`],
    ["a registry", `type=registry,ref=${address}/cache:1,mode=max`, `type=registry,ref=${address}/cache:1`],
    ["a registry, as Podman names it", `${address}/podman`, `${address}/podman`],
  ] as const) {
    test(`${kind}: every step comes from it, and the image works`, async () => {
      await forget();
      const first = await build("-t", "built", "--cache-to", to);
      assert.equal(first.code, 0, first.stderr);
      assert.equal(cachedSteps(first.stdout), 0);
      await forget();
      const second = await build("-t", "built", "--cache-from", from);
      assert.equal(second.code, 0, second.stderr);
      assert.equal(cachedSteps(second.stdout), 4, second.stdout + second.stderr);
      assert.equal(await host.ok(["run", "--rm", "--network", "none", "built"]), "ran");
      await host.ok(["save", "-o", at("saved.tar"), "built"]);
      rmSync(at("saved.tar"));
      const third = await build("-t", "built");
      assert.equal(cachedSteps(third.stdout), 4);
    });
  }

  test("mode=min leaves out the stages that the image does not have", async () => {
    await forget();
    await build("-t", "built", "--cache-to", `type=local,dest=${at("min")}`);
    await forget();
    const { stdout } = await build("-t", "built", "--cache-from", `type=local,src=${at("min")}`);
    assert.match(stdout, /^\[1\/2\] STEP 2\/2: RUN echo tools > \/tools\n--> [0-9a-f]{12}$/m);
    assert.equal(cachedSteps(stdout), 3, stdout);
  });

  test("a changed file misses, what comes before it hits", async () => {
    await forget();
    writeFileSync(join(directory, "a"), "2");
    const { stdout } = await build("-t", "built", "--cache-from", `type=local,src=${at("cache")}`);
    assert.equal(cachedSteps(stdout), 1, stdout);
    writeFileSync(join(directory, "a"), "1");
  });

  test("one that is not there is told of, and the build goes on", async () => {
    const { code, stderr } = await build("-t", "built", "--cache-from", `type=local,src=${at("nowhere")}`);
    assert.equal(code, 0);
    assert.match(stderr, /^WARN\[0000\] the cache ".*nowhere" is not used: .*no such file or directory/);
  });

  test("a damaged layer is not taken: the step is done", async () => {
    await forget();
    const blobs = join(at("cache"), "blobs", "sha256");
    for (const name of readdirSync(blobs)) {
      const content = readFileSync(join(blobs, name));
      if (!content.subarray(0, 1).equals(Buffer.from("{")))
        writeFileSync(join(blobs, name), Buffer.alloc(content.length, 7));
    }
    const { code, stdout, stderr } = await build(
      "-t",
      "built",
      "--cache-from",
      `type=local,src=${at("cache")}`,
    );
    assert.equal(code, 0, stderr);
    assert.equal(cachedSteps(stdout), 0);
    assert.match(stderr, /WARN\[0000\] a cached step is not used: /);
  });

  for (const [flag, message] of [
    [
      "--cache-to=type=gha",
      '--cache-to "type=gha": type "gha" is not known: use NAME, type=registry,ref=NAME or type=local,dest=DIRECTORY',
    ],
    [
      "--cache-from=type=local",
      '--cache-from "type=local": there is no directory: use NAME, type=registry,ref=NAME or type=local,src=DIRECTORY',
    ],
  ] as const) {
    test(`${flag} is refused`, async () => {
      const { code, stderr } = await build(flag);
      assert.deepEqual([code, stderr.split("\n")[0]], [125, `Error: ${message}`]);
    });
  }
});

describe("the budget", () => {
  test("builder prune keeps what was used last, and what is reserved", async () => {
    await forget();
    for (const size of [1, 2, 3])
      await host.ok([
        "build",
        "-q",
        "--network",
        "none",
        makeContext(host, `FROM localhost/base\nRUN head -c ${size}000000 /dev/zero > /big${size}\n`),
      ]);
    await host.tspod(["image", "prune", "--force"]);
    const steps = async () => (await host.ok(["builder", "du"])).match(/RUN head -c (\d)/g)?.length ?? 0;
    assert.equal(await steps(), 3);
    await host.ok(["builder", "prune", "--force", "--max-used-space", "4mb", "--reserved-space", "10mb"]);
    assert.equal(await steps(), 3);
    await host.ok(["builder", "prune", "--force", "--max-used-space", "4mb"]);
    assert.equal(await steps(), 1);
    await host.ok(["builder", "prune", "--force", "--min-free-space", "1kb"]);
    assert.equal(await steps(), 1);
    assert.match(await host.ok(["system", "df"]), /^Build Cache +1 +0 +3\.\d+MB +3\.\d+MB \(100%\)$/m);
  });
});
