import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { generatorHint } from "./generator-place.ts";

const LINK =
  /mkdir -p \/etc\/systemd\/user-generators && ln -s (\S+) \/etc\/systemd\/user-generators\/tspod-system-generator$/;

test("a program that the caller can change is copied for root first", (context) => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-generator-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const program = join(directory, "bin/tspod");
  mkdirSync(join(directory, "bin"));
  writeFileSync(program, "");
  chmodSync(program, 0o755);
  const hint = generatorHint(program);
  const copies = `cp -a ${program} /opt/tspod/bin && cp -a ${directory}/lib/tspod /opt/tspod/lib`;
  assert.ok(
    hint.includes(`mkdir -p /opt/tspod/bin /opt/tspod/lib && ${copies} && chown -R 0:0 /opt/tspod && `),
  );
  assert.equal(LINK.exec(hint)?.[1], "/opt/tspod/bin/tspod");
});

test("one that is another's, root's as a rule, is linked to where it is", () => {
  const hint = generatorHint("/nowhere/bin/tspod");
  assert.ok(!hint.includes("cp "), hint);
  assert.equal(LINK.exec(hint)?.[1], "/nowhere/bin/tspod");
});
