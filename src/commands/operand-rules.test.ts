import assert from "node:assert/strict";
import { test } from "node:test";
import type { Call, Command } from "../cli/define-command.ts";
import { checkOperands } from "../cli/flags/check-operands.ts";
import { parseFlags } from "../cli/flags/parse-flags.ts";
import { commands } from "./index.ts";

/**
 * What scripts that walk through Podman's help expect of every command: its usage line says how many
 * operands there may be, and the complaint about a wrong number is one of Podman's.
 */
const TOO_MANY =
  /takes no arguments|requires exactly \d+ arg|accepts at most|too many arguments|accepts \d+ arg|accepts between/;
const TOO_FEW = /require|specif|must|provide|need|choose|accepts/;
const LATEST_AND_NAME = /--latest and (containers|pods|arguments) cannot be used together/;
const ALL_AND_LATEST = /^--all(, --latest and (containers|arguments)| and --latest) cannot be used together/;

/** These take --latest, and a name beside it: a path, a command, descriptors, or a name to add to. */
const LATEST_BESIDE_WORDS = ["exec", "list", "ls", "port", "ps", "top", "mount", "restore", "rename", "logs"];

for (const name of commands.names()) {
  test(`tspod ${name}: complaints about a wrong number of operands`, async () => {
    const command = await commands.load(name);
    assert.ok(command);
    if (command.hidden || command.raw) return;
    const { operands = "", flags } = command;
    const words = operands.split(" ").filter(Boolean);
    const tooMany = words.map((_, at) => `x${at}`).concat("more");
    if (!operands.includes("...")) assert.match(complaint(command, tooMany), TOO_MANY);
    if (/^[A-Z]/.test(operands)) assert.match(complaint(command, []), TOO_FEW);
    if (!("latest" in flags) || LATEST_BESIDE_WORDS.includes(name.split(" ").at(-1) ?? "")) return;
    assert.match(complaint(command, ["--latest", "x"]), LATEST_AND_NAME);
    if ("all" in flags) assert.match(complaint(command, ["--all", "--latest"]), ALL_AND_LATEST);
  });
}

/** What the command says of a line before it does anything; "" where nothing is wrong with the line. */
function complaint(command: Command, argv: readonly string[]): string {
  const { values, given, operands } = parseFlags(argv, command.flags, {
    haltAtOperand: command.haltAtOperand ?? false,
  });
  try {
    checkOperands(command, operands.length, { program: `tspod ${command.name}` });
    // parseFlags() made the values by the command's own table.
    const wrong = command.check?.({
      flags: values as Call["flags"],
      given,
      operands,
      words: command.name.split(" "),
    });
    return typeof wrong === "object" ? wrong.message : (wrong ?? "");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
