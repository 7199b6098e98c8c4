import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { picturesIn } from "../../scripts/picture/flowchart.ts";
import { layOut } from "../../scripts/picture/layout.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

const documents = globSync(["*.md", "docs/**/*.md", "{src,native}/**/*.md"], { cwd: REPOSITORY });

describe("links to files lead somewhere", () => {
  for (const file of documents) {
    test(file, () => {
      const links = [...read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
      const missing = links
        .filter((link) => !/^\w+:/.test(link))
        .filter((link) => !existsSync(join(REPOSITORY, dirname(file), link)));
      assert.deepEqual(missing, []);
    });
  }
});

test("README and architecture each have their picture, which can be drawn", () => {
  const pictures = ["README.md", "docs/architecture.md"].map((file) => picturesIn(read(file)));
  assert.deepEqual(
    pictures.map((found) => [...found.keys()]),
    [["processes"], ["folders"]],
  );
  for (const found of pictures) for (const chart of found.values()) assert.ok(layOut(chart).width > 0);
});

describe("the picture of the folders", () => {
  const chart = picturesIn(read("docs/architecture.md")).get("folders") ?? assert.fail("no picture");

  /** Folder → all that can be reached along arrows. */
  function below(folder: string): Set<string> {
    const next = chart.edges.filter(({ from }) => from === folder).map(({ to }) => to);
    return new Set(next.flatMap((to) => [to, ...below(to)]));
  }

  const folders = new Map<string, Set<string>>();
  for (const file of globSync("src/*/**/*.ts", { cwd: REPOSITORY })) {
    if (file.endsWith(".test.ts")) continue;
    const [, folder = ""] = file.split("/");
    const found = [...read(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)]
      .map(([, path = ""]) => join(dirname(file), path).split("/"))
      .filter((parts) => parts.length > 2 && parts[1] !== folder)
      .map(([, to = ""]) => to);
    folders.set(folder, (folders.get(folder) ?? new Set()).union(new Set(found)));
  }

  test("has all folders, each with its name", () =>
    assert.deepEqual(
      chart.nodes.map(({ lines }) => lines[0]?.split(" ")[0]).sort(),
      [...folders.keys()].sort(),
    ));

  for (const [folder, imports] of folders) {
    test(`${folder}: what it imports lies below it`, () =>
      assert.deepEqual([...imports.difference(below(folder))], []));
  }
});

test("tspod run is understood in at most 20 files, in an order that architecture gives", () => {
  const text = read("docs/architecture.md");
  const list = text.slice(text.indexOf("Who wants to understand `tspod run`")).split("\n\n")[1] ?? "";
  const files = [...list.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = ""]) => file);
  assert.ok(files.length > 10 && files.length <= 20, `${files.length} files`);
  for (const file of files) assert.ok(existsSync(join(REPOSITORY, file)), file);
});

test("no man page gives the program's name a capital letter", () => {
  const found = globSync("man/*.md", { cwd: REPOSITORY }).filter((file) => /\bTspod\b/.test(read(file)));
  assert.deepEqual(found, []);
});
