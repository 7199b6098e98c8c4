import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { libDirectory } from "../program-files.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");

/** As native/launcher/become-node.c has them. */
function launcherFlags(): string[] {
  const source = readFileSync(join(REPOSITORY, "native/launcher/become-node.c"), "utf8");
  const [, table = ""] = /OPTIONS\[\] = \{([^}]*)\};/.exec(source) ?? [];
  return [...table.matchAll(/^ {2}"(--[^"]+)",$/gm)].map(([, flag = ""]) => flag);
}

/** Which modules of Node's were compiled anew, though Node's binary has the compiled code. */
function compiledAnew(load: string): string[] {
  const script = `
    globalThis.require = require;
    const { builtInModule } = await import("${join(import.meta.dirname, "built-in-module.ts")}");
    ${load};
    const { internalBinding } = require("internal/test/binding");
    console.log(JSON.stringify([...internalBinding("builtins").getCacheUsage().compiledWithoutCache]));`;
  const code = `(async () => {${script}})();`;
  const flags = [...launcherFlags(), "--expose-internals", "--input-type=commonjs", "-e", code];
  const output = execFileSync(join(libDirectory, "node"), flags, { encoding: "utf8" });
  return JSON.parse(output) as string[];
}

test("modules of Node's come from the code that Node has of them, in spite of our flags", () => {
  assert.ok(compiledAnew('require("node:child_process")').includes("child_process"));
  const anew = compiledAnew('builtInModule("node:child_process")');
  assert.ok(!anew.includes("child_process"), `${anew.join(" ")}: is a default of V8's another one now?`);
});

test("our flags are back afterwards, or our own compiled code would not be taken", () => {
  const again = 'builtInModule("node:child_process"); require("node:tls")';
  assert.ok(compiledAnew(again).includes("tls"));
});
