import assert from "node:assert/strict";
import { test } from "node:test";
import { commandTable } from "../command-table.ts";
import { defineCommand } from "../define-command.ts";
import { commandHelp, groupHelp } from "./help.ts";

const command = defineCommand({
  name: "walk",
  summary: "Walk a dog",
  flags: {
    far: { type: "boolean", help: "Walk far" },
    leash: { type: "boolean", help: "Use a leash" },
    all: { type: "boolean", help: "Walk all dogs" },
  },
  common: ["leash"],
  run: () => 0,
});

test("flags that everybody uses stand before the others, and once", () => {
  const help = commandHelp(command, { program: "tspod", name: "walk", width: 80 });
  assert.match(
    help,
    /\nCommon Options:\n +--leash +Use a leash\n\nOptions:\n +--all .*\n +--far .*\n\nExit codes:/,
  );
  assert.equal(help.split("--leash").length, 2);
});

test("without such flags there is one list", () => {
  const help = commandHelp({ ...command, common: [] }, { program: "tspod", name: "walk", width: 80 });
  assert.doesNotMatch(help, /Common Options/);
});

test("a group: its commands with their summaries, and where to read more", async () => {
  const commands = commandTable({ "dog walk": async () => ({ command }), ps: async () => ({ command }) });
  const layout = { program: "tspod", commands, globals: {}, width: 80 };
  assert.match(
    await groupHelp("dog", layout),
    /Run 'tspod dog COMMAND --help' for more on a command.*\n\nAvailable Commands:\n {2}walk Walk a dog\n$/,
  );
  assert.match(await groupHelp("", layout), /Common Commands:\n {2}ps Walk a dog\n\nAvailable Commands:\n/);
});
