import assert from "node:assert/strict";
import { test } from "node:test";
import { TspodError } from "../errors.ts";
import { parseConfigOf, parseImageConfig } from "./parse-image-config.ts";

const SOUND = {
  architecture: "amd64",
  os: "linux",
  rootfs: { type: "layers", diff_ids: [`sha256:${"0".repeat(64)}`] },
};

/** Members of the config or of its `config`, with what Go's decoder makes of them. */
const TAKEN: readonly (readonly [string, unknown])[] = [
  ["created", null],
  ["author", null],
  ["history", null],
  ["history", [null, { created: null, empty_layer: true }]],
  ["config", null],
  ["config", { Env: null, Cmd: null, Entrypoint: null, WorkingDir: null, User: null, Labels: null }],
  ["config", { Volumes: { "/v": null }, ExposedPorts: { "80/tcp": null }, Labels: { a: null } }],
  ["config", { Env: ["A=1", null] }],
  ["config", { Healthcheck: { Test: null, Interval: 30_000_000_000 }, OnBuild: null, StopSignal: "SIGTERM" }],
  ["what tspod does not know", { at: "all" }],
];

for (const [key, value] of TAKEN)
  test(`${key}: ${JSON.stringify(value)} is taken`, () => {
    const config = parseImageConfig(JSON.stringify({ ...SOUND, [key]: value }));
    assert.doesNotMatch(
      JSON.stringify(config, (_, each) => (each === null ? "NULL" : each)),
      /NULL/,
    );
  });

const WRONG: readonly (readonly [string, unknown, string])[] = [
  ["architecture", 7, "architecture: it must be a string"],
  ["os", null, "os: it must be a string"],
  ["created", [], "created: it must be a string"],
  ["history", {}, "history: it must be a list"],
  ["history", [7], "history[0]: it must be an object"],
  ["history", [{ created: 7 }], "history[0].created: it must be a string"],
  ["rootfs", [], "rootfs: it must be an object"],
  ["rootfs", { type: "x", diff_ids: [] }, 'rootfs.type: it must be "layers"'],
  ["rootfs", { type: "layers", diff_ids: ["sha256:0"] }, "rootfs.diff_ids[0]: it must be a sha256 digest"],
  ["config", [], "config: it must be an object"],
  ["config", { Env: {} }, "config.Env: it must be a list"],
  ["config", { Env: "A=1" }, "config.Env: it must be a list"],
  ["config", { Env: [7] }, "config.Env[0]: it must be a string"],
  ["config", { Entrypoint: "/bin/echo x" }, "config.Entrypoint: it must be a list"],
  ["config", { Cmd: "echo hi" }, "config.Cmd: it must be a list"],
  ["config", { User: 0 }, "config.User: it must be a string"],
  ["config", { WorkingDir: ["/"] }, "config.WorkingDir: it must be a string"],
  ["config", { Volumes: ["/v"] }, "config.Volumes: it must be an object"],
  ["config", { Labels: { a: 1 } }, "config.Labels.a: it must be a string"],
  ["config", { StopSignal: 9 }, "config.StopSignal: it must be a string"],
  ["config", { Env: ["A=1\0B=2"] }, "config.Env[0]: it must be a string without NUL"],
  ["config", { Cmd: ["sh", "\0"] }, "config.Cmd[1]: it must be a string without NUL"],
  ["config", { Labels: { "a\0": "" } }, 'config.Labels."a\\u0000": it must be a string without NUL'],
  ["config", { User: "root\n0" }, "config.User: it must be a string without control characters"],
  [
    "config",
    { WorkingDir: "/\u001b[2J" },
    "config.WorkingDir: it must be a string without control characters",
  ],
  ["config", { StopSignal: "TERM\n" }, "config.StopSignal: it must be a string without control characters"],
  [
    "config",
    { Volumes: { "/a\nb": {} } },
    'config.Volumes."/a\\nb": it must be a string without control characters',
  ],
  ["os", "linux\r", "os: it must be a string without control characters"],
  ["config", { Healthcheck: { Interval: 1.5 } }, "config.Healthcheck.Interval: it must be a whole number"],
];

for (const [key, value, message] of WRONG)
  test(`${key}: ${JSON.stringify(value)} is refused`, () => {
    assert.throws(
      () => parseImageConfig(JSON.stringify({ ...SOUND, [key]: value })),
      (error) => error instanceof TspodError && error.message === `invalid image config at ${message}`,
    );
  });

test("what is no object, no JSON, or for another manifest is refused", () => {
  for (const text of ["7", "null", "[]", '"x"'])
    assert.throws(() => parseImageConfig(text), /^TspodError: invalid image config: it must be an object$/);
  assert.throws(() => parseImageConfig("{"), /invalid image config: it is not JSON$/);
  assert.throws(
    () => parseConfigOf(JSON.stringify(SOUND), 2),
    /image config names 1 layers, its manifest 2$/,
  );
});

test("a key that would change what objects are is only a key", () => {
  const config = parseImageConfig(`{"config":{"Labels":{"__proto__":"x"}},${JSON.stringify(SOUND).slice(1)}`);
  assert.deepEqual(Object.keys(config.config?.Labels ?? {}), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(config), Object.prototype);
});
