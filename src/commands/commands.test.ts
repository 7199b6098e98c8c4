import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import packageJson from "../../package.json" with { type: "json" };
import { commandGroups } from "../cli/command-groups.ts";
import type { Command } from "../cli/define-command.ts";
import { canonicalArguments } from "../cli/flags/canonical-arguments.ts";
import { commandHelp } from "../cli/help/help.ts";
import { pageName, refreshPage } from "../cli/help/man-page.ts";
import { reasonForMissing } from "../cli/missing-commands.ts";
import { PRODUCT_VERSION } from "../config/product-version.ts";
import { commands } from "./index.ts";

const MAN = join(import.meta.dirname, "../../man");

const names = commands.names();

async function load(name: string): Promise<Command> {
  const command = await commands.load(name);
  assert.ok(command, `no command "${name}"`);
  return command;
}

for (const name of names) {
  test(`tspod ${name}: its declaration`, async () => {
    const command = await load(name);
    checkTexts(command);
    checkFlags(command);
    const [group] = name.split(" ");
    // `port` is a command that stands before others, too.
    if (name.includes(" "))
      assert.ok(group && (group in commandGroups || commands.has(group)), `no group "${group}"`);
  });

  test(`tspod ${name}: nothing says that it is missing`, () =>
    assert.equal(reasonForMissing(name), undefined));

  test(`tspod ${name}: its help`, async () => {
    const command = await load(name);
    const help = commandHelp(command, { program: "tspod", name, width: 80 });
    assert.match(help, new RegExp(`^Usage:\n {2}tspod ${name}( \\[options\\])?( |$)`, "m"));
    assert.equal(help.includes("\nOptions:\n"), help.includes("[options]"));
    for (const line of help.split("\n"))
      assert.ok(line.length <= 80 || !/\S\s+\S+\s/.test(line.slice(80)), line);
  });

  test(`tspod ${name}: its man page`, async () => {
    const command = await load(name);
    if (command.hidden) return;
    const path = join(MAN, pageName(command.name));
    assert.ok(existsSync(path), `${path} is missing: run scripts/man.ts --update`);
    const page = readFileSync(path, "utf8");
    assert.equal(page, refreshPage(page, command), "run scripts/man.ts --update");
  });
}

test("every man page has its command", async () => {
  const pages = await Promise.all(names.map(async (name) => (await load(name)).name));
  const wanted = new Set(["", ...pages].map(pageName));
  assert.deepEqual(
    readdirSync(MAN).filter((file) => file.endsWith(".1.md") && !wanted.has(file)),
    [],
  );
});

test("the version is package.json's", () => assert.equal(PRODUCT_VERSION, packageJson.version));

function checkTexts({ name, summary, operands, examples = [], flags }: Command): void {
  assert.match(summary, /^(?:\[DEPRECATED\] )?[A-Z].*[^.]$/, "summary: a capital letter, no full stop");
  assert.doesNotMatch(operands ?? "", /[a-z]/, "operands are upper case");
  assert.doesNotMatch(operands ?? "", /\[.*\] [A-Z]/, "optional operands come last");
  for (const [flag, { help }] of Object.entries(flags)) {
    assert.match(help, /^[A-Z-].*[^.]$/, `--${flag}: a capital letter, no full stop`);
  }
  for (const { line } of examples) assert.ok(line.includes(`tspod`), `${name}: "${line}" calls tspod`);
}

/** No two flags by one name, and every one can be given. */
function checkFlags({ flags }: Command): void {
  const seen = new Set<string>();
  for (const [name, flag] of Object.entries(flags)) {
    for (const word of [name, ...(flag.short ? [flag.short] : []), ...(flag.aliases ?? [])]) {
      assert.ok(!seen.has(word), `"${word}" stands for two flags`);
      seen.add(word);
    }
    assert.match(flag.short ?? "x", /^[A-Za-z]$/);
    const argv = flag.type === "boolean" ? [`--${name}`] : [`--${name}=1`];
    assert.deepEqual(canonicalArguments(argv, flags).flags.length, 1);
  }
}
