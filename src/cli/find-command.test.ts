import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../errors.ts";
import { editDistance } from "../options/edit-distance.ts";
import { readLine } from "./read-line.ts";

const NAMES = ["ps", "pull", "run", "container ls", "volume create", "volume ls"];
const surroundings = {
  commands: { names: () => NAMES, has: (name: string) => NAMES.includes(name) },
  program: "tspod",
};

for (const [line, name, rest] of [
  ["ps -a", "ps", ["-a"]],
  ["--root /x ps", "ps", []],
  ["volume create x", "volume create", ["x"]],
  ["volume --root /x create y", "volume create", ["y"]],
  ["run --root /x image", "run", ["--root", "/x", "image"]],
  ["volume", "volume", []],
  ["", "", []],
] as const) {
  test(`readLine(): ${line || "nothing"}`, async () => {
    const found = await readLine(line.split(" ").filter(Boolean), surroundings);
    assert.deepEqual([found.name, found.rest], [name, rest]);
  });
}

for (const [line, message, hint] of [
  [
    "pss",
    "unrecognized command `tspod pss`",
    "\nDid you mean this?\n\tps\n\nTry 'tspod --help' for more information",
  ],
  ["frobnicate", "unrecognized command `tspod frobnicate`", "Try 'tspod --help' for more information"],
  ["volume foo", "unrecognized command `tspod volume foo`", "Try 'tspod volume --help' for more information"],
  ["machine ls --foo", "`tspod machine` is not supported: Linux needs no virtual machine", undefined],
  ["bad --invalid", "unknown flag: --invalid", "See 'tspod --help'"],
  ["--bogus ps", "unknown flag: --bogus", "See 'tspod --help'"],
  ["--root", "flag needs an argument: --root", "See 'tspod --help'"],
] as const) {
  test(`readLine() refuses ${line}`, async () => {
    await assert.rejects(
      readLine(line.split(" "), surroundings),
      (error) => error instanceof UsageError && error.message === message && error.hint === hint,
    );
  });
}

for (const [a, b, distance] of [
  ["", "", 0],
  ["ps", "ps", 0],
  ["nmae", "name", 1],
  ["detatch", "detach", 1],
  ["kill", "pull", 2],
] as const) {
  test(`editDistance(): ${a}, ${b}`, () => assert.equal(editDistance(a, b), distance));
}
