import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { REPOSITORY } from "../support/program.ts";

/*
 * Chunks of the bundle tell each other's errors by the names of their classes (src/errors.ts): so a name is
 * one class's, and the bundle must not change it.
 */

const sources = globSync("src/**/*.ts", { cwd: REPOSITORY }).map((file) =>
  readFileSync(join(REPOSITORY, file), "utf8"),
);
const names = sources.flatMap((text) =>
  [...text.matchAll(/^export class (\w+) extends \w*Error\b/gm)].map(([, name = ""]) => name),
);

test("no two classes of errors have one name", () => {
  assert.ok(names.includes("RegistryError"));
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  );
});

test("the bundle keeps their names", () => {
  const kept = new Set<string>();
  for (const file of globSync("dist/lib/tspod/*.cjs", { cwd: REPOSITORY })) {
    const text = readFileSync(join(REPOSITORY, file), "utf8");
    for (const [, name = "", inner] of text.matchAll(/\b(\w+)=class( \w+)? extends\b/g)) {
      // A class that names itself has a name of its own, and one that is there twice a number.
      if (names.includes(name.replace(/\d+$/, "")) && name !== "TspodError")
        assert.ok(names.includes(name) && inner === undefined, `${file} calls a class ${inner ?? name}`);
      kept.add(name);
    }
  }
  assert.deepEqual(
    names.filter((name) => !kept.has(name)),
    [],
  );
});
