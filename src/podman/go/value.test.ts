import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { formatGoTime, formatGoValue, goMap, goTime, withGoNames } from "./value.ts";

for (const [name, value, expected] of [
  ["text", "a", "a"],
  ["a number", 3, "3"],
  ["nil", null, "<nil>"],
  ["a slice", ["x", "y"], "[x y]"],
  ["an empty slice", [], "[]"],
  ["a map, its keys sorted", goMap({ b: "2", a: "1" }), "map[a:1 b:2]"],
  ["a struct", { A: "a", B: 1, C: true }, "{a 1 true}"],
  ["a nil slice in a struct", { A: "", B: 0, C: null }, "{ 0 []}"],
  ["ports", goMap({ "80/tcp": [{ HostIp: "", HostPort: "8080" }] }), "map[80/tcp:[{ 8080}]]"],
  ["a time", goTime("2026-11-21T06:30:48.02974924Z"), "2026-11-21 06:30:48.02974924 +0000 UTC"],
  ["never", goTime(undefined), "0001-01-01 00:00:00 +0000 UTC"],
] as const) {
  test(`formatGoValue(): ${name}`, () => assert.equal(formatGoValue(value), expected));
}

test("formatGoTime(): another zone", () => {
  assert.equal(formatGoTime("2026-11-21T07:30:48.5+01:00"), "2026-11-21 07:30:48.5 +0100 +0100");
});

test("toJson(): maps sorted, times as RFC 3339, <, > and & as they are", () => {
  const value = {
    Labels: goMap({ b: "<&>", a: "" }),
    Created: goTime("2026-01-02T03:04:05Z"),
    None: null,
    Empty: [],
  };
  assert.equal(
    toJson(value),
    '{"Labels":{"a":"","b":"<&>"},"Created":"2026-01-02T03:04:05Z","None":null,"Empty":[]}',
  );
});

for (const [format, expected] of [
  ["json", true],
  [" json ", true],
  ["{{json}}", true],
  ["{{json .}}", false],
  ["{{json .Names}}", false],
  ["jsonx", false],
  [undefined, false],
] as const) {
  test(`isJsonFormat(): ${format}`, () => assert.equal(isJsonFormat(format), expected));
}

test("withGoNames(): fields by Go's names, and nothing that isn't there", () => {
  const value = withGoNames({ ociRuntime: { name: "crun" }, Id: "1" }, { runtime: "ociruntime" });
  assert.equal(Reflect.get(Reflect.get(value, "OCIRuntime"), "Name"), "crun");
  assert.equal(Reflect.get(value, "ID"), "1");
  assert.equal(Reflect.get(Reflect.get(value, "Runtime"), "Name"), "crun");
  assert.equal("Foo" in value, false);
});
