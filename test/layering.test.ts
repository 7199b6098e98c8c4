import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, test } from "node:test";

const REPOSITORY = resolve(import.meta.dirname, "..");
const SOURCE = join(REPOSITORY, "src");

/** What all but the front ends build on, from the bottom up. */
const BELOW_STORAGE = ["options", "oci", "os"];
const DOMAIN = ["systemd", "container", "image", "volume"];
/** Folder of src → the folders that it may import. Itself, and errors.ts, are open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["chunk-loader.ts", "commands", "os"],
  "chunk-loader.ts": ["os"],
  commands: [...DOMAIN, "registry", "rootless", "storage", "spec", ...BELOW_STORAGE],
  systemd: ["container", "image", "volume", "storage", "registry", "rootless", ...BELOW_STORAGE],
  container: ["image", "volume", "storage", "rootless", "spec", ...BELOW_STORAGE],
  image: ["storage", "registry", ...BELOW_STORAGE],
  volume: ["storage", ...BELOW_STORAGE],
  storage: [...BELOW_STORAGE],
  registry: [...BELOW_STORAGE],
  rootless: [...BELOW_STORAGE],
  spec: ["options", "oci"],
  options: ["oci"],
  oci: [],
  os: [],
};

/** Folders that read no files, no environment, no clock. */
const PURE = ["oci", "options", "spec"];

/** Packages and Node modules that would make a folder impure. */
const IMPURE = /^node:(?:fs|os|process|child_process|net|http|https|dns|timers|worker_threads)/;

const IMPURE_CODE =
  /(?<![.\w])process\.(?:env[.[]|argv|cwd\(|exit|arch|platform|pid|std)|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/;

/** The text of a file without the lines that are comments. */
function codeOf(file: string): string {
  return readFileSync(file, "utf8").replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
}

/** What is behind each `import` and `from` of a file, as written. */
function importsOf(file: string): string[] {
  const text = codeOf(file);
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, path = ""]) => path);
}

function folderOf(file: string): string {
  return relative(SOURCE, file).split(sep)[0] ?? "";
}

const files = globSync("**/*.ts", { cwd: SOURCE }).map((file) => join(SOURCE, file));
// A test may use whatever shows that its subject works.
const sources = files.filter((file) => !file.endsWith(".test.ts"));

function resolveImports(file: string): string[] {
  return importsOf(file)
    .filter((path) => path.startsWith("."))
    .map((path) => join(dirname(file), path));
}

/** Those that are loaded with the file: not types, nor what `import()` asks for, which may well import the one that asked. */
function resolveStaticImports(file: string): string[] {
  return [...codeOf(file).matchAll(/^(?:import|export) (?!type\b)[^;]*?\bfrom\s+"(\.[^"]+)"/gm)].map(
    ([, path = ""]) => join(dirname(file), path),
  );
}

/** The first chain of imports that comes back to where it started. */
function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  function visit(file: string, path: readonly string[]): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  }
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe("imports only point downward", () => {
  for (const file of sources) {
    const folder = folderOf(file);
    test(relative(SOURCE, file), () => {
      for (const target of resolveImports(file)) {
        const to = folderOf(target);
        const allowed = to === folder || to === "errors.ts" || ALLOWED[folder]?.includes(to);
        assert.ok(allowed, `${folder} may not import ${relative(SOURCE, target)}`);
      }
    });
  }
});

test("no file imports itself, by any way", () => {
  const cycle = findCycle(new Map(sources.map((file) => [file, resolveStaticImports(file)])));
  assert.deepEqual(
    cycle?.map((file) => relative(SOURCE, file)),
    undefined,
  );
});

describe("what decides reads nothing", () => {
  for (const file of sources.filter((source) => PURE.includes(folderOf(source)))) {
    test(relative(SOURCE, file), () => {
      assert.deepEqual(
        importsOf(file).filter((path) => IMPURE.test(path)),
        [],
      );
      assert.equal(IMPURE_CODE.exec(codeOf(file))?.[0], undefined);
    });
  }
});

describe("no drawer for what has no home", () => {
  for (const file of files) {
    test(relative(SOURCE, file), () =>
      assert.doesNotMatch(`/${relative(SOURCE, file)}`, /\/(?:utils?|helpers?|common|misc)(?:\.|\/)/),
    );
  }
});
