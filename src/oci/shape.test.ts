import assert from "node:assert/strict";
import { test } from "node:test";
import { list, members, oneOf, size, soundJson, text } from "./shape.ts";

const shape = members({ name: text, sizes: list(size) }, { kind: oneOf("a", "b") });

for (const [json, expected] of [
  ['{"name":"x","sizes":[1,2]}', { name: "x", sizes: [1, 2] }],
  ['{"name":"x","sizes":[],"kind":"b","more":true}', { name: "x", sizes: [], kind: "b", more: true }],
  ['{"name":"x","sizes":[],"kind":null}', { name: "x", sizes: [] }],
  ['{"name":"x","sizes":[],"kind":"c"}', undefined],
  ['{"name":"x","sizes":[-1]}', undefined],
  ['{"name":7,"sizes":[]}', undefined],
  ['{"name":"x"}', undefined],
  ['{"name":"x","siz', undefined],
  ["", undefined],
  ["null", undefined],
  ["[]", undefined],
] as const)
  test(`soundJson(): ${json || "nothing"}`, () => assert.deepEqual(soundJson(shape, json), expected));
