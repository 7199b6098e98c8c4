import assert from "node:assert/strict";
import { test } from "node:test";
import { TspodError } from "../errors.ts";
import { resolveSeccomp } from "./seccomp.ts";

const PROFILE = JSON.stringify({
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: 38,
  archMap: [
    { architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
    { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
  ],
  syscalls: [
    { names: ["always"], action: "SCMP_ACT_ALLOW", args: [], includes: {}, excludes: {} },
    { names: ["with_admin"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_SYS_ADMIN"] } },
    {
      names: ["without_admin"],
      action: "SCMP_ACT_ERRNO",
      errnoRet: 1,
      excludes: { caps: ["CAP_SYS_ADMIN"] },
    },
    { names: ["amd64_only"], action: "SCMP_ACT_ALLOW", includes: { arches: ["amd64", "x32"] } },
    { names: ["not_arm64"], action: "SCMP_ACT_ALLOW", excludes: { arches: ["arm64"] } },
    { names: ["since_6_2"], action: "SCMP_ACT_ALLOW", includes: { minKernel: "6.2" } },
    {
      names: ["filtered"],
      action: "SCMP_ACT_ALLOW",
      args: [{ index: 1, value: 2, valueTwo: 0, op: "SCMP_CMP_EQ" }],
    },
  ],
});

const AMD64 = { capabilities: ["CAP_CHOWN"], architecture: "amd64", kernelVersion: "6.1.0-18-amd64" };

for (const [name, target, expected] of [
  ["an ordinary container", AMD64, ["always", "without_admin", "amd64_only", "not_arm64", "filtered"]],
  [
    "CAP_SYS_ADMIN",
    { ...AMD64, capabilities: ["CAP_SYS_ADMIN"] },
    ["always", "with_admin", "amd64_only", "not_arm64", "filtered"],
  ],
  ["arm64", { ...AMD64, architecture: "arm64" }, ["always", "without_admin", "filtered"]],
  [
    "a new kernel",
    { ...AMD64, kernelVersion: "6.10.1" },
    ["always", "without_admin", "amd64_only", "not_arm64", "since_6_2", "filtered"],
  ],
] as const) {
  test(`resolveSeccomp(): rules for ${name}`, () => {
    const { syscalls } = resolveSeccomp(PROFILE, target);
    assert.deepEqual(
      syscalls.flatMap(({ names }) => names),
      expected,
    );
  });
}

test("resolveSeccomp() leaves only what runtimes know", () => {
  const { syscalls, ...rest } = resolveSeccomp(PROFILE, AMD64);
  assert.deepEqual(rest, {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: 38,
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
  });
  assert.deepEqual(syscalls[0], { names: ["always"], action: "SCMP_ACT_ALLOW" });
  assert.deepEqual(syscalls.at(-1)?.args, [{ index: 1, value: 2, op: "SCMP_CMP_EQ" }]);
});

test("resolveSeccomp() says which profile is broken", () => {
  assert.throws(() => resolveSeccomp("{", AMD64, "my.json"), {
    message: "loading seccomp profile (my.json) failed: decoding seccomp profile failed",
  });
});

for (const [profile, says] of [
  ["[]", "invalid profile: it must be an object"],
  ["{}", "invalid profile at defaultAction: it must be a string"],
  ['{"defaultAction":"SCMP_ACT_ALLOW","syscalls":"all"}', "invalid profile at syscalls: it must be a list"],
  [
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[null]}',
    "invalid profile at syscalls[0]: it must be an object",
  ],
  [
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[7],"action":"SCMP_ACT_ERRNO"}]}',
    "invalid profile at syscalls[0].names[0]: it must be a string",
  ],
  [
    '{"defaultAction":"SCMP_ACT_ALLOW","archMap":[{"architecture":{}}]}',
    "invalid profile at archMap[0].architecture: it must be a string",
  ],
] as const) {
  test(`resolveSeccomp() says what is wrong with ${profile}`, () => {
    assert.throws(
      () => resolveSeccomp(profile, AMD64, "my.json"),
      (error) =>
        error instanceof TspodError &&
        error.message === "loading seccomp profile (my.json) failed: decoding seccomp profile failed" &&
        error.cause instanceof TspodError &&
        error.cause.message === says,
    );
  });
}
