import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { onTerminal, type TerminalOptions } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/** Colours are for people: on a terminal only, and not where NO_COLOR or TERM asks for none. */
const world = await makeWorld();
after(() => world.close());
const { host } = world;
for (const name of ["one", "two"]) await host.ok(["run", "--name", name, IMAGE, "echo", `says ${name}`]);
await host.tspod(["run", "--name", "failed", IMAGE, "sh", "-c", "exit 3"]);
await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "1000"]);

const ESC = "\u001b[";

async function shown(args: readonly string[], options: TerminalOptions = {}): Promise<string> {
  const terminal = onTerminal(host, args, {
    columns: 200,
    env: { NO_COLOR: "", ...options.env },
  });
  await terminal.ended;
  return terminal.shown();
}

describe("on a terminal", () => {
  test("Error: is red", async () => {
    assert.match(await shown(["start", "nosuch"]), /^\u001b\[31mError:\u001b\[39m no container with name/);
  });
  test("states of ps: green runs, grey is over, red has failed; the columns stay", async () => {
    const lines = (await shown(["ps", "-a"])).split("\r\n");
    assert.match(
      lines.find((line) => line.includes(" up")) ?? "",
      /\u001b\[32mUp [^\u001b]*\u001b\[39m {2,}up$/,
    );
    assert.match(
      lines.find((line) => line.includes(" one")) ?? "",
      /\u001b\[90mExited \(0\)[^\u001b]*\u001b\[39m/,
    );
    assert.match(lines.find((line) => line.includes(" failed")) ?? "", /\u001b\[31mExited \(3\)/);
    const plain = lines.filter((line) => line !== "").map((line) => line.replaceAll(/\u001b\[\d+m/g, ""));
    const names = plain[0]?.indexOf("NAMES");
    for (const line of plain.slice(1)) assert.match(line.slice(names), /^(?:one|two|failed|up)$/);
  });
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
    test(`none with ${Object.keys(env)}`, async () => {
      assert.equal((await shown(["ps", "-a"], { env })).includes(ESC), false);
      assert.equal((await shown(["start", "nosuch"], { env })).includes(ESC), false);
    });
  }
});

test("none where the output is no terminal", async () => {
  assert.equal((await host.ok(["ps", "-a"])).includes(ESC), false);
  assert.equal((await host.tspod(["start", "nosuch"])).stderr.includes(ESC), false);
});

test("logs --color: each container's name in a colour of its own, also in a pipe", async () => {
  assert.equal(
    await host.ok(["logs", "--color", "--names", "one", "two"]),
    `${ESC}36mone${ESC}39m says one\n${ESC}33mtwo${ESC}39m says two`,
  );
  assert.equal(await host.ok(["logs", "--names", "one", "two"]), "one says one\ntwo says two");
  assert.equal(await host.ok(["logs", "--color", "one"]), "says one");
});
