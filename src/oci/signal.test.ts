import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSignal, signalName } from "./signal.ts";

for (const [text, name, number] of [
  ["KILL", "SIGKILL", 9],
  ["sigterm", "SIGTERM", 15],
  ["9", "SIGKILL", 9],
  ["RTMIN", "SIGRTMIN", 34],
  ["SIGRTMIN+3", "SIGRTMIN+3", 37],
  ["rtmax-2", "SIGRTMAX-2", 62],
  ["RTMIN+30", "SIGRTMAX", 64],
  ["IOT", "SIGABRT", 6],
  ["64", "SIGRTMAX", 64],
  ["-1", "SIGHUP", 1],
  ["-INT", "SIGINT", 2],
  ["-SIGUSR1", "SIGUSR1", 10],
] as const) {
  test(`parseSignal("${text}")`, () => assert.deepEqual(parseSignal(text), { name, number }));
}

for (const [text, message] of [
  ["BOGUS", "invalid signal: BOGUS"],
  ["RTMIN+31", "invalid signal: RTMIN+31"],
  ["", "invalid signal: "],
  ["0", "invalid signal: 0"],
  ["65", "valid signals are 1 through 64"],
  ["-65", "valid signals are 1 through 64"],
  ["-0", "invalid signal: 0"],
  ["-BAD", "invalid signal: BAD"],
  ["--1", "invalid signal: -1"],
] as const) {
  test(`parseSignal("${text}") fails`, () => assert.throws(() => parseSignal(text), { message }));
}

test("every signal's name is read back", () => {
  for (let number = 1; number <= 64; number++) {
    if (number === 32 || number === 33) continue; // glibc's own
    assert.equal(parseSignal(signalName(number)).number, number);
  }
});
