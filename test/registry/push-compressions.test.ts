import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage } from "../support/image.ts";
import { requireProgram, runProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

/* `manifest push --add-compression`, to Debian's docker-registry. The lists are those of podman 5.8.6. */

const skopeo = requireProgram("skopeo", "skopeo");
const registries = dockerRegistries();
const world = await makeWorld({ images: {} });
const { host, registry } = world;
after(async () => {
  registries.close();
  await world.close();
});
const target = await registries.start();

const IMAGES = {
  amd: makeImage({ architecture: "amd64", layers: [[{ path: "amd", content: "1" }]] }),
  arm: makeImage({ architecture: "arm64", layers: [[{ path: "arm", content: "2" }]] }),
};
await host.ok(["manifest", "create", "m:1"]);
for (const [name, image] of Object.entries(IMAGES)) {
  registry.add(name, "1", image);
  await host.ok(["manifest", "add", "m:1", `docker://test.localhost/${name}:1`]);
}

interface Entry {
  digest: string;
  annotations?: Record<string, string>;
  platform: { architecture: string };
}

async function inspect(name: string): Promise<{ mediaType: string; manifests: Entry[]; layers: Layer[] }> {
  const args = ["inspect", "--raw", "--tls-verify=false", `docker://${target}/${name}`];
  const { code, stdout, stderr } = await runProgram(skopeo, args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

interface Layer {
  mediaType: string;
  annotations?: Record<string, string>;
}

/** `amd64 gzip` for each entry, by what the entry tells and what its layers say. */
async function compressions(name: string): Promise<string[]> {
  const told: string[] = [];
  for (const { digest, annotations, platform } of (await inspect(`${name}:1`)).manifests) {
    const [layer] = (await inspect(`${name}@${digest}`)).layers;
    const compression = layer?.mediaType.replace("application/vnd.oci.image.layer.v1.tar+", "") ?? "";
    const isZstd = annotations?.["io.github.containers.compression.zstd"] === "true";
    assert.equal(isZstd, compression === "zstd", `${name}: ${digest}`);
    const chunked = layer?.annotations?.["io.github.containers.zstd-chunked.manifest-checksum"];
    told.push(`${platform.architecture} ${compression}${chunked === undefined ? "" : ":chunked"}`);
  }
  return told;
}

const push = (name: string, ...flags: readonly string[]) =>
  host.tspod(["manifest", "push", "--tls-verify=false", ...flags, "m:1", `${target}/${name}:1`]);

const GZIP = ["amd64 gzip", "arm64 gzip"];
const ZSTD = ["amd64 zstd", "arm64 zstd"];
for (const [name, flags, expected] of [
  ["plain", [], GZIP],
  [
    "chunked",
    ["--compression-format", "gzip", "--add-compression", "zstd:chunked"],
    [...GZIP, "amd64 zstd:chunked", "arm64 zstd:chunked"],
  ],
  ["zstd", ["--add-compression", "zstd"], [...GZIP, ...ZSTD]],
  ["there", ["--add-compression", "gzip"], GZIP],
  ["twice", ["--add-compression", "zstd,gzip", "--add-compression", "zstd"], [...GZIP, ...ZSTD]],
  ["format", ["--compression-format", "zstd"], ZSTD],
] as const)
  test(`${name}: push ${flags.join(" ")}`, async () => {
    const { code, stdout, stderr } = await push(name, "-q", ...flags);
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    assert.deepEqual(await compressions(name), expected);
  });

test("its lines are podman's", async () => {
  const { code, stderr } = await push("told", "--add-compression", "zstd");
  assert.equal(code, 0);
  const { amd, arm } = IMAGES;
  assert.deepEqual(
    stderr.split("\n").filter((line) => /^(?:Copying|Replicating) .*image/.test(line)),
    [
      "Copying 4 images generated from 2 images in list",
      `Copying image ${amd.manifest.digest} (1/4)`,
      `Replicating image ${amd.manifest.digest} (2/4)`,
      `Copying image ${arm.manifest.digest} (3/4)`,
      `Replicating image ${arm.manifest.digest} (4/4)`,
    ],
  );
});

test("a list that has zstd already gets no more of it; a pull takes zstd", async () => {
  const flags = ["--tls-verify=false", "--all"];
  await host.ok(["manifest", "create", ...flags, "again:1", `docker://${target}/zstd:1`]);
  const again = ["manifest", "push", "-q", "--tls-verify=false", "--add-compression", "zstd"];
  await host.ok([...again, "again:1", `${target}/again:1`]);
  assert.deepEqual(await compressions("again"), [...GZIP, ...ZSTD]);
  await host.ok(["manifest", "rm", "again:1"]);
  const [, , zstd] = (await inspect("zstd:1")).manifests;
  const isHere = () =>
    readdirSync(join(host.dataDirectory, "tspod/images/blobs/sha256")).includes(zstd?.digest.slice(7) ?? "");
  assert.equal(isHere(), false);
  await host.ok(["pull", "-q", "--tls-verify=false", "--arch", "amd64", `${target}/zstd:1`]);
  assert.equal(isHere(), true);
});

test("containers.conf's add_compression is the default", async () => {
  const conf = join(host.directory, "containers.conf");
  writeFileSync(conf, '[engine]\nadd_compression = ["zstd"]\n');
  const args = ["manifest", "push", "-q", "--tls-verify=false", "m:1", `${target}/conf:1`];
  const { code, stderr } = await host.tspod(args, { env: { CONTAINERS_CONF: conf } });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(await compressions("conf"), [...GZIP, ...ZSTD]);
});

test("what can't be is refused before anything is sent", async () => {
  for (const [flags, message] of [
    [
      ["--add-compression", "xz"],
      'requested algorithm xz is not supported for replication: cannot find compressor for "xz"',
    ],
    [
      ["--all=false", "--add-compression", "zstd"],
      "--add-compression makes copies of the list's images, which --all=false leaves out",
    ],
    [
      ["--format", "v2s2", "--add-compression", "zstd"],
      "the format v2s2 has no layers compressed with zstd: use --format oci",
    ],
  ] as const) {
    const { code, stdout, stderr } = await push("no", ...flags);
    assert.deepEqual([code, stdout, stderr], [125, "", `Error: ${message}\n`]);
  }
  const args = ["inspect", "--raw", "--tls-verify=false", `docker://${target}/no:1`];
  assert.notEqual((await runProgram(skopeo, args)).code, 0);
});
