import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { execve } from "./spawn.ts";

test("execve(): standard descriptors stay, nothing is ignored that Node ignores", () => {
  const script = `import { execve } from "${import.meta.dirname}/spawn.ts";
    execve("/bin/sh", ["sh", "-c", "echo out; echo err >&2; grep SigIgn /proc/self/status"], {});`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  assert.equal(status, 0);
  assert.equal(stdout, "out\nSigIgn:\t0000000000000000\n");
  assert.equal(stderr, "err\n");
});

test("execve(): a program that is not there is an error, and this one goes on", () => {
  assert.throws(() => execve("/no/such/program", ["program"], {}), {
    code: "ENOENT",
    path: "/no/such/program",
  });
});
