import assert from "node:assert/strict";
import { test } from "node:test";
import { type HealthFlags, mergeHealthcheck } from "./healthcheck.ts";

const NONE: HealthFlags = { disable: false };
const IMAGE = { Test: ["CMD", "check"], Interval: 5e9, Retries: 0 };

for (const [command, expected] of [
  ["curl localhost", ["CMD-SHELL", "curl localhost"]],
  ["none", ["NONE"]],
  ['["curl", "localhost"]', ["CMD", "curl", "localhost"]],
  ['["CMD-SHELL", "a b"]', ["CMD-SHELL", "a b"]],
  ["CMD curl  localhost", ["CMD", "curl", "localhost"]],
  ["[ -f /x ]", ["CMD-SHELL", "[ -f /x ]"]],
] as const) {
  test(`--health-cmd '${command}'`, () => {
    assert.deepEqual(mergeHealthcheck({ ...NONE, command }, undefined)?.test, expected);
  });
}

test("without a command there is no check", () => {
  assert.equal(mergeHealthcheck({ ...NONE, interval: "5s" }, undefined), undefined);
});

test("flags go before the image, the image before the defaults", () => {
  assert.deepEqual(mergeHealthcheck({ ...NONE, timeout: "7s" }, IMAGE), {
    test: ["CMD", "check"],
    interval: 5e9,
    timeout: 7e9,
    startPeriod: 0,
    retries: 3,
    onFailure: "none",
  });
});

test("interval disable means no timer", () => {
  assert.equal(mergeHealthcheck({ ...NONE, interval: "disable" }, IMAGE)?.interval, 0);
});

for (const [name, flags, message] of [
  ["bad interval", { interval: "x" }, "invalid healthcheck-interval"],
  ["no retries", { retries: 0 }, "healthcheck-retries must be greater than 0"],
  ["no timeout", { timeout: "0s" }, "healthcheck-timeout must be at least 1 second"],
  ["contradiction", { disable: true, command: "x" }, "cannot specify both --no-healthcheck and --health-cmd"],
  [
    "unknown action",
    { onFailure: "bogus" },
    'invalid on-failure action "bogus" for health check: supported actions are none,kill,restart,stop',
  ],
] as const) {
  test(`mergeHealthcheck() refuses ${name}`, () => {
    assert.throws(() => mergeHealthcheck({ ...NONE, ...flags }, IMAGE), { message });
  });
}
