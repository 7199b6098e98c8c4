import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage, type TestImage } from "../support/image.ts";
import { requireProgram, runProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

// To Debian's docker-registry, and back with skopeo.
const skopeo = requireProgram("skopeo", "skopeo");
const registries = dockerRegistries();
const world = await makeWorld({ images: {} });
const { host, registry } = world;
after(async () => {
  registries.close();
  await world.close();
});
const target = await registries.start();

const LAYERS = [[{ path: "a", content: "a".repeat(100_000) }], [{ path: "b", content: "b" }]];
const FORMS = {
  "oci-gzip": makeImage({ layers: LAYERS }),
  "oci-zstd": makeImage({ layers: LAYERS, compression: "zstd" }),
  "oci-plain": makeImage({ layers: LAYERS, compression: "none" }),
  "docker-gzip": makeImage({ layers: LAYERS, format: "docker" }),
} as const;
for (const [name, image] of Object.entries(FORMS)) {
  registry.add(name, "latest", image);
  await host.ok(["pull", "-q", `test.localhost/${name}`]);
}

const push = (...args: readonly string[]) => host.tspod(["push", "--tls-verify=false", ...args]);

async function inspectRaw(name: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(skopeo, [
    "inspect",
    "--raw",
    "--tls-verify=false",
    `docker://${target}/${name}`,
  ]);
  assert.equal(code, 0, stderr);
  return stdout;
}

const copied = ({ layers, config }: TestImage): string =>
  [
    "Getting image source signatures",
    ...layers.map(({ digest }) => `Copying blob ${digest}`),
    `Copying config ${config.digest}`,
    "Writing manifest to image destination",
    "",
  ].join("\n");

for (const name of ["oci-gzip", "oci-zstd", "docker-gzip"] as const) {
  test(`${name}: what was pulled is pushed byte for byte; podman's lines on stderr`, async () => {
    const image = FORMS[name];
    const file = join(host.directory, "digest");
    const { code, stdout, stderr } = await push("--digestfile", file, name, `${target}/same/${name}:1`);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: copied(image) });
    assert.equal(await inspectRaw(`same/${name}:1`), image.manifest.content.toString());
    assert.equal(readFileSync(file, "utf8"), image.manifest.digest);
  });
}

test("a connection that breaks: it is tried again, and what the registry has is whole", async () => {
  // docker-registry keeps nothing of a request that broke off, so the upload begins anew.
  const noise = makeImage({ layers: [[{ path: "noise", content: randomBytes(3_000_000) }]] });
  registry.add("noise", "latest", noise);
  await host.ok(["pull", "-q", "test.localhost/noise"]);
  let room = 1_000_000;
  let cuts = 0;
  const between = createServer((client) => {
    const server = connect(Number(target.split(":")[1]), "127.0.0.1");
    client.on("data", (chunk) => {
      room -= chunk.length;
      if (room > 0) return void server.write(chunk);
      room = Infinity;
      cuts++;
      client.destroy();
      server.destroy();
    });
    server.pipe(client);
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
    client.on("close", () => server.end());
  });
  await new Promise<void>((listening) => between.listen(0, "127.0.0.1", listening));
  try {
    const { port } = between.address() as AddressInfo;
    const { code, stderr } = await push("-q", "noise", `127.0.0.1:${port}/broken/app:1`);
    assert.equal(code, 0, stderr);
    assert.equal(cuts, 1);
    assert.equal(await inspectRaw("broken/app:1"), noise.manifest.content.toString());
    await host.ok(["pull", "-q", "--tls-verify=false", `${target}/broken/app:1`]);
    await host.ok(["untag", "noise", `${target}/broken/app:1`]);
  } finally {
    between.close();
  }
});

test("a push that is killed leaves nothing that is in the way of the next", async () => {
  const running = host.start([
    "push",
    "--tls-verify=false",
    "--compression-format",
    "zstd",
    "noise",
    `${target}/killed:1`,
  ]);
  await running.saw(/Getting image/);
  running.child.kill("SIGKILL");
  assert.equal((await running.ended).code, 137);
  const { code, stderr } = await push("-q", "--compression-format", "zstd", "noise", `${target}/killed:1`);
  assert.equal(code, 0, stderr);
  assert.match(await inspectRaw("killed:1"), /tar\+zstd/);
  // The image goes with its last name, and leftovers with it.
  assert.match(await host.ok(["rmi", "noise"]), /^Deleted: /m);
  assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod/tmp")), []);
});

test("what is being pushed can be removed meanwhile", async () => {
  registry.add(
    "gone",
    "latest",
    makeImage({ layers: [[{ path: "noise", content: randomBytes(20_000_000) }]] }),
  );
  await host.ok(["pull", "-q", "test.localhost/gone"]);
  const running = host.start(["push", "--tls-verify=false", "gone", `${target}/gone:1`]);
  await running.saw(/Copying blob/);
  await host.ok(["rmi", "gone"]);
  const { code, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  await host.ok(["pull", "-q", "--tls-verify=false", `${target}/gone:1`]);
});

test("without a destination the image goes where its name says; an event tells of it", async () => {
  const name = `${target}/named/app:2`;
  await host.ok(["tag", "oci-gzip", name]);
  const since = String(Date.now() / 1000 - 1);
  assert.equal((await push("-q", name)).code, 0);
  assert.equal(await inspectRaw("named/app:2"), FORMS["oci-gzip"].manifest.content.toString());
  const events = await host.ok([
    "events",
    "--stream=false",
    "--since",
    since,
    "--filter",
    "event=push",
    "--format",
    "{{.Type}} {{.Status}} {{.Name}}",
  ]);
  assert.equal(events.split("\n").at(-1), `image push ${name}`);
});

test("plain layers are compressed for a registry, as by podman", async () => {
  assert.equal((await push("-q", "oci-plain", `${target}/plain:1`)).code, 0);
  const { config, layers } = JSON.parse(await inspectRaw("plain:1"));
  assert.equal(config.digest, FORMS["oci-plain"].config.digest);
  for (const { mediaType } of layers) assert.match(mediaType, /tar\+gzip$/);
});

test("a digest file that can't be written, and a digest that can't be kept, in one line each", async () => {
  const name = "oci-gzip";
  const file = await push("-q", "--digestfile", "/nowhere/digest", name, `${target}/digest:1`);
  assert.deepEqual(file, {
    code: 125,
    stdout: "",
    stderr: "Error: stat /nowhere: no such file or directory\n",
  });
  const other = await push(name, `${target}/digest@sha256:${"1".repeat(64)}`);
  assert.deepEqual(other, {
    code: 125,
    stdout: "",
    stderr: "Error: Digest of source image's manifest would not match destination reference\n",
  });
  const own = await push("-q", name, `${target}/digest@${FORMS[name].manifest.digest}`);
  assert.deepEqual(own, { code: 0, stdout: "", stderr: "" });
});

/** Compresses, but not to nothing: levels differ in what they find. */
registry.add(
  "noisy",
  "latest",
  makeImage({ layers: [[{ path: "text", content: randomBytes(300_000).toString("base64").repeat(2) }]] }),
);
await host.ok(["pull", "-q", "test.localhost/noisy"]);

test("--compression-level compresses anew, with that level, and remembers the usual one only", async () => {
  const sizeOf = async (name: string) => JSON.parse(await inspectRaw(name)).layers[0].size as number;
  const flags = ["-q", "--compression-format", "zstd"];
  assert.equal((await push(...flags, "--compression-level", "1", "noisy", `${target}/level:1`)).code, 0);
  assert.equal((await push(...flags, "--compression-level", "19", "noisy", `${target}/level:19`)).code, 0);
  assert.equal((await push(...flags, "--force-compression", "noisy", `${target}/level:usual`)).code, 0);
  const [least, most, usual] = [
    await sizeOf("level:1"),
    await sizeOf("level:19"),
    await sizeOf("level:usual"),
  ];
  assert.ok(most < least, `${most} < ${least}`);
  assert.ok(usual !== most && usual !== least);
  const gzip = ["-q", "--format", "oci", "--compression-format", "gzip", "--compression-level", "9"];
  assert.equal((await push(...gzip, "noisy", `${target}/level:gzip`)).code, 0);
  assert.match(await inspectRaw("level:gzip"), /tar\+gzip/);
});

test("--compression-format zstd:chunked: with a table of contents, the same the next time; pulled as any", async () => {
  const flags = ["--compression-format", "zstd:chunked"];
  const first = await push(...flags, "oci-gzip", `${target}/chunked:1`);
  assert.equal(first.code, 0, first.stderr);
  const manifest = JSON.parse(await inspectRaw("chunked:1"));
  for (const { mediaType, annotations } of manifest.layers) {
    assert.match(mediaType, /tar\+zstd$/);
    const own = "io.github.containers.zstd-chunked";
    assert.match(annotations[`${own}.manifest-checksum`], /^sha256:[0-9a-f]{64}$/);
    assert.match(annotations[`${own}.manifest-position`], /^\d+:\d+:\d+:1$/);
    assert.match(annotations[`${own}.tarsplit-position`], /^\d+:\d+:\d+$/);
  }
  assert.equal((await push("-q", ...flags, "oci-gzip", `${target}/chunked:again`)).code, 0);
  assert.deepEqual(JSON.parse(await inspectRaw("chunked:again")), manifest);
  const id = await host.ok(["pull", "-q", "--tls-verify=false", `${target}/chunked:1`]);
  assert.equal(id, await host.ok(["image", "inspect", "--format", "{{.Id}}", "oci-gzip"]));
  // What has a table already goes as it is.
  assert.equal((await push("-q", ...flags, `${target}/chunked:1`, `${target}/chunked:2`)).code, 0);
  assert.deepEqual(JSON.parse(await inspectRaw("chunked:2")), manifest);
});

for (const [args, message] of [
  [["--compression-level", "10"], "invalid --compression-level 10: gzip has levels 1 to 9"],
  [
    ["--compression-format", "zstd", "--compression-level", "23"],
    "invalid --compression-level 23: zstd has levels 1 to 22",
  ],
  [
    ["--compression-format", "zstd:chunked", "--format", "v2s2"],
    "the format v2s2 has no layers compressed with zstd: use --format oci",
  ],
  [["--compression-format", "zstd:chunky"], 'cannot find compressor for "zstd:chunky"'],
] as const)
  test(`refused: ${args.join(" ")}`, async () => {
    const { code, stderr } = await push(...args, "oci-gzip", `${target}/refused:1`);
    assert.deepEqual([code, stderr.split("\n")[0]], [125, `Error: ${message}`]);
  });

test("a layout whose index names what is no manifest is refused, and stays as it was", async () => {
  const layout = join(host.directory, "damaged-layout");
  const index = '{"schemaVersion":2,"manifests":[null]}';
  mkdirSync(layout);
  writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(layout, "index.json"), index);
  const { code, stderr } = await host.tspod(["push", "-q", "test.localhost/oci-gzip", `oci:${layout}:x`]);
  assert.equal(code, 125);
  assert.equal(
    stderr,
    `Error: initializing destination oci:${layout}: reading "${layout}/index.json": invalid image index at manifests[0]: it must be an object\n`,
  );
  assert.equal(readFileSync(join(layout, "index.json"), "utf8"), index);
});
