import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_CAPABILITIES, knownCapabilities, mergeCapabilities, parseCapability } from "./capability.ts";

for (const [text, expected] of [
  ["net_admin", "CAP_NET_ADMIN"],
  ["CAP_CHOWN", "CAP_CHOWN"],
  ["cap_bpf", "CAP_BPF"],
  ["all", "ALL"],
] as const) {
  test(`parseCapability("${text}")`, () => assert.equal(parseCapability(text), expected));
}

test("parseCapability() refuses what no kernel has", () => {
  assert.throws(() => parseCapability("bogus"), { message: '"CAP_BOGUS": unknown capability' });
});

for (const [name, add, drop, expected] of [
  ["nothing asked", [], [], ["CAP_CHOWN", "CAP_KILL"]],
  ["added, sorted", ["CAP_BPF"], [], ["CAP_BPF", "CAP_CHOWN", "CAP_KILL"]],
  ["dropped", [], ["CAP_KILL"], ["CAP_CHOWN"]],
  ["all dropped, one added", ["CAP_KILL"], ["ALL"], ["CAP_KILL"]],
  ["all that the kernel knows, but one", ["ALL"], ["CAP_DAC_OVERRIDE"], ["CAP_CHOWN", "CAP_DAC_READ_SEARCH"]],
] as const) {
  test(`mergeCapabilities(): ${name}`, () => {
    assert.deepEqual(mergeCapabilities(["CAP_KILL", "CAP_CHOWN"], { add, drop, last: 2 }), expected);
  });
}

for (const [name, add, drop, message] of [
  ["both ways", ["CAP_CHOWN"], ["CAP_CHOWN"], 'capability "CAP_CHOWN" cannot be dropped and added'],
  ["all both ways", ["ALL"], ["ALL"], "adding all caps and removing all caps not allowed"],
] as const) {
  test(`mergeCapabilities() refuses ${name}`, () => {
    assert.throws(() => mergeCapabilities(DEFAULT_CAPABILITIES, { add, drop, last: 40 }), { message });
  });
}

test("knownCapabilities() ends where the kernel does", () => {
  assert.equal(knownCapabilities(40).length, 41);
  assert.ok(!knownCapabilities(37).includes("CAP_BPF"));
});
