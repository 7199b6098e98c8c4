import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { commands } from "../../src/commands/index.ts";
import { makeHost } from "../support/host.ts";

/*
 * Which flags take several values with commas in one word, and which don't, since a comma may stand in the
 * value: a label, an annotation, the path of a device. Podman 5.8.6's `--help` says so of each flag
 * ("strings" or "stringArray"); the file has a line for each command, with the names of the first before the
 * bar.
 */

const host = makeHost();
after(() => host.close());

const lines = readFileSync(join(import.meta.dirname, "../fixtures/podman-5.8.6-lists.txt"), "utf8");
for (const line of lines.trim().split("\n")) {
  const [, name = "", split = "", whole = ""] = /^([^:]+):(.*)\|(.*)$/.exec(line) ?? assert.fail(line);
  test(`${name}: lists are parted at commas as Podman parts them`, async () => {
    const command = await commands.load(name);
    assert.ok(command, `no command "${name}"`);
    const parted = (flag: string) => {
      const found = command.flags[flag];
      return found?.type === "list" ? found.split === true : undefined;
    };
    // A flag that tspod has not, or refuses, is another test's: podman-flags.
    for (const flag of split.trim().split(" ")) assert.notEqual(parted(flag), false, `--${flag}`);
    for (const flag of whole.trim().split(" ")) assert.notEqual(parted(flag), true, `--${flag}`);
  });
}

test("a comma in a label is part of it, for filters, too", async () => {
  await host.ok(["volume", "create", "--label", "who=a,b", "one"]);
  await host.ok(["volume", "create", "--label", "who=a", "two"]);
  assert.equal(await host.ok(["volume", "ls", "-q", "--filter", "label=who=a,b"]), "one");
  assert.equal(await host.ok(["volume", "inspect", "-f", "{{.Labels}}", "one"]), "map[who:a,b]");
});

test("an empty filter is a mistake, not the absence of one", async () => {
  for (const words of [
    ["ps"],
    ["images"],
    ["volume", "ls"],
    ["network", "ls"],
    ["pod", "ps"],
    ["secret", "ls"],
  ]) {
    const { code, stdout, stderr } = await host.tspod([...words, "--filter", ""]);
    assert.deepEqual([code, stdout], [125, ""], words.join(" "));
    assert.match(
      stderr,
      /^Error: (?:invalid (?:image )?filter ""|filter input must be in the form of filter=value: {2}is invalid\n)/,
    );
  }
});
