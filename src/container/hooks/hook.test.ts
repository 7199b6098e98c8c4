import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type HookSubject, isFor, parseHook } from "./hook.ts";

const BASE = { version: "1.0.0", hook: { path: "/bin/true" }, when: { always: true }, stages: ["prestart"] };
const parsed = (members: object) => parseHook(JSON.stringify({ ...BASE, ...members }));
const SUBJECT: HookSubject = {
  annotations: { "com.example.kind": "web", other: "x" },
  command: "/usr/bin/python3",
  hasBindMounts: false,
};

describe("parseHook(): what is refused", () => {
  for (const [content, message] of [
    ["{", "it is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
    ["[]", "invalid hook: it must be an object"],
    ["{}", "missing required property: hook"],
    ['{"version":"2.0.0"}', 'unrecognized hook version: "2.0.0"'],
    ['{"version":"1.0.0"}', "missing required property: hook.path"],
    ['{"hook":"/bin/true"}', "missing required property: stages"],
    ['{"hook":"/bin/true","stage":["prestart"],"stages":[]}', "cannot set both 'stage' and 'stages'"],
    [{ hook: { path: "bin/true" } }, 'hook.path "bin/true" is not an absolute path'],
    [{ stages: undefined }, "missing required property: stages"],
    [{ stages: ["start"] }, 'unknown stage "start"'],
    [{ when: { always: "x" } }, "invalid hook at when.always: it must be true or false"],
    [{ hook: { path: "/x", timeout: "1" } }, "invalid hook at hook.timeout: it must be a whole number"],
    [{ when: { commands: ["("] } }, /^invalid command "\(": error parsing regexp: /],
    [{ when: { annotations: { "(": "" } } }, /^invalid annotation key "\(": error parsing regexp: /],
    [{ when: { annotations: { a: "[" } } }, /^invalid annotation value "\[": error parsing regexp: /],
  ] as const)
    test(JSON.stringify(content), () =>
      assert.throws(() => (typeof content === "string" ? parseHook(content) : parsed(content)), { message }),
    );
});

describe("isFor()", () => {
  for (const [name, when, expected] of [
    ["no condition: for none", {}, false],
    ["always", { always: true }, true],
    ["always, but not always", { always: false }, false],
    ["a pattern of the command", { commands: ["^/sbin", "python"] }, true],
    ["another command", { commands: ["^python"] }, false],
    ["an annotation's name and value", { annotations: { "^com\\.example": "^w.b$" } }, true],
    ["the value of another annotation", { annotations: { "^com\\.example": "x" } }, false],
    ["all conditions have to fit", { always: true, annotations: { nosuch: "" } }, false],
    ["mounts, of which there are none", { hasBindMounts: true }, false],
    ["hasBindMounts false fits nothing", { hasBindMounts: false }, false],
  ] as const)
    test(name, () => assert.equal(isFor(parsed({ when }), SUBJECT), expected));

  test("hasBindMounts, with mounts", () =>
    assert.equal(
      isFor(parsed({ when: { hasBindMounts: true } }), { ...SUBJECT, hasBindMounts: true }),
      true,
    ));

  test("schema 0.1.0: one condition is enough", () => {
    const old = { hook: "/bin/true", arguments: ["a"], stages: ["poststop"], cmds: ["^/sbin"] };
    assert.equal(isFor(parseHook(JSON.stringify(old)), SUBJECT), false);
    const hook = parseHook(JSON.stringify({ ...old, annotations: ["nosuch", "^web$"] }));
    assert.equal(isFor(hook, SUBJECT), true);
    assert.deepEqual(hook.hook, { path: "/bin/true", args: ["/bin/true", "a"] });
  });
});
