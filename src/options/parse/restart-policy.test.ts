import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLogOptions } from "./log-options.ts";
import { parseRestartPolicy } from "./restart-policy.ts";
import { parseSysctls } from "./sysctl.ts";

for (const [text, name, maximumRetries] of [
  ["", "no", 0],
  ["never", "no", 0],
  ["on-failure", "on-failure", 0],
  ["on-failure:5", "on-failure", 5],
  ["always", "always", 0],
] as const) {
  test(`parseRestartPolicy("${text}")`, () =>
    assert.deepEqual(parseRestartPolicy(text), { name, maximumRetries }));
}

for (const [text, message] of [
  ["bogus", /"bogus" is not a valid restart policy/],
  ["always:3", /retries can only be specified with on-failure restart policy/],
  ["on-failure:x", /parsing "x": invalid syntax/],
] as const) {
  test(`parseRestartPolicy("${text}") fails`, () => assert.throws(() => parseRestartPolicy(text), message));
}

test("log options", () => {
  const options = ["max-size=10m", "path=/l", "max-file=3"];
  assert.deepEqual(parseLogOptions("", options), {
    driver: "k8s-file",
    maxSize: 10_000_000,
    path: "/l",
    maxFile: 3,
  });
  assert.throws(() => parseLogOptions("bogus", []), /invalid log driver/);
  assert.throws(() => parseLogOptions("none", ["foo"]), { message: 'invalid log option "foo"' });
});

test("sysctls are a namespace's own", () => {
  assert.deepEqual(parseSysctls(["net.a=1", "kernel/shmmax = 2"]), { "net.a": "1", "kernel.shmmax": "2" });
  assert.throws(() => parseSysctls(["kernel.panic=1"]), { message: "sysctl 'kernel.panic' is not allowed" });
  assert.throws(() => parseSysctls(["foo"]), {
    message: "foo is invalid, sysctl values must be in the form of KEY=VALUE",
  });
});
