import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { dockerRegistries } from "./support/docker-registry.ts";
import { makeImage, type TestImage } from "./support/image.ts";
import { requireProgram, runProgram } from "./support/program.ts";
import { makeWorld } from "./support/world.ts";

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
    "Storing signatures",
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
