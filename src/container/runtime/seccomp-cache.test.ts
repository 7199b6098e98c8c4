import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { seccompCache } from "./seccomp-cache.ts";

const directory = mkdtempSync(join(tmpdir(), "seccomp-cache-"));
after(() => rmSync(directory, { recursive: true }));

const ANNOTATION = "run.oci.seccomp_bpf_data";
const crun = { name: "crun", path: process.execPath };

function specWith(defaultAction: string): RuntimeSpec {
  return { annotations: { a: "b" }, linux: { seccomp: { defaultAction } } } as unknown as RuntimeSpec;
}

function compile(id: string, filter: Uint8Array): void {
  mkdirSync(join(directory, "crun", id), { recursive: true });
  writeFileSync(join(directory, "crun", id, "seccomp.bpf"), filter);
}

const filter = Buffer.from("0102030405060708", "hex");
compile("first", filter);
seccompCache(crun, directory).toRemember(specWith("SCMP_ACT_ERRNO"), "first")?.();

test("seccompCache(): the same profile gets the filter that was compiled", () => {
  const spec = seccompCache(crun, directory).withCompiledFilter(specWith("SCMP_ACT_ERRNO"));
  assert.deepEqual(spec.annotations, { a: "b", [ANNOTATION]: filter.toString("base64") });
  assert.deepEqual(spec.linux, specWith("SCMP_ACT_ERRNO").linux);
});

test("seccompCache(): another profile does not", () => {
  assert.deepEqual(
    seccompCache(crun, directory).withCompiledFilter(specWith("SCMP_ACT_ALLOW")),
    specWith("SCMP_ACT_ALLOW"),
  );
});

test("seccompCache(): nor another runtime, nor the same one at another place", () => {
  const spec = specWith("SCMP_ACT_ERRNO");
  assert.equal(seccompCache({ ...crun, name: "runc" }, directory).withCompiledFilter(spec), spec);
  assert.equal(seccompCache({ ...crun, path: "/bin/sh" }, directory).withCompiledFilter(spec), spec);
});

for (const [name, id, content] of [
  ["a file that is no row of instructions", "short", Buffer.from("01")],
  ["an empty file", "empty", Buffer.alloc(0)],
] as const) {
  test(`seccompCache(): ${name} is not kept`, () => {
    compile(id, content);
    const spec = specWith(`SCMP_ACT_${id}`);
    seccompCache(crun, directory).toRemember(spec, id)?.();
    assert.equal(seccompCache(crun, directory).withCompiledFilter(spec), spec);
  });
}

test("seccompCache(): a container that has ended meanwhile leaves nothing to keep", () => {
  const spec = specWith("SCMP_ACT_GONE");
  seccompCache(crun, directory).toRemember(spec, "gone")?.();
  assert.equal(seccompCache(crun, directory).withCompiledFilter(spec), spec);
});
