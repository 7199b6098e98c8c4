import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, test } from "node:test";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const SOURCE = join(REPOSITORY, "src");

/** What all but the front ends build on, from the bottom up. */
const BELOW_STORAGE = ["options", "oci", "os", "protocol"];
const DOMAIN = "systemd system build kube pod container artifact image volume network secret".split(" ");
/** Folder of src → the folders that it may import. Itself, and errors.ts, are open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["chunk-loader.ts", "program.ts", "cli", "os"],
  "program.ts": ["commands", "cli", "config", "os"],
  "chunk-loader.ts": ["os"],
  "errors.ts": ["os"],
  commands: ["cli", "config", "podman", ...DOMAIN, "spec", ...BELOW_STORAGE],
  cli: ["config", "podman", "system", ...BELOW_STORAGE],
  system: ["secret", "container", "image", "volume", "network", "storage", "rootless", ...BELOW_STORAGE],
  podman: [
    "secret",
    "pod",
    "container",
    "artifact",
    "image",
    "volume",
    "network",
    "storage",
    "spec",
    ...BELOW_STORAGE,
  ],
  systemd: ["container", "image", "volume", "network", "storage", "registry", "rootless", ...BELOW_STORAGE],
  kube: ["pod", "container", "image", "volume", "network", "secret", "storage", "rootless", ...BELOW_STORAGE],
  build: ["container", "image", "storage", "rootless", ...BELOW_STORAGE],
  pod: ["container", "image", "volume", "network", "storage", "rootless", "spec", ...BELOW_STORAGE],
  container: ["secret", "image", "volume", "network", "storage", "rootless", "spec", ...BELOW_STORAGE],
  artifact: ["image", "storage", "registry", ...BELOW_STORAGE],
  image: ["storage", "registry", ...BELOW_STORAGE],
  volume: ["storage", ...BELOW_STORAGE],
  network: ["storage", ...BELOW_STORAGE],
  secret: ["storage", ...BELOW_STORAGE],
  config: [...BELOW_STORAGE],
  storage: [...BELOW_STORAGE],
  registry: [...BELOW_STORAGE],
  rootless: [...BELOW_STORAGE],
  spec: ["options", "oci"],
  options: ["oci"],
  oci: [],
  os: ["protocol"],
  protocol: [],
};

/** What a front end reaches through the domain only. */
const FRONT_ENDS = ["program.ts", "commands", "cli"];
const BEHIND_THE_DOMAIN = ["storage", "registry", "rootless"];

/** Folders that read no files, no environment, no clock. */
const PURE = ["oci", "options", "protocol", "spec"];

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

test("front ends reach what is behind the domain through it only", () => {
  for (const folder of FRONT_ENDS)
    for (const behind of BEHIND_THE_DOMAIN)
      assert.ok(!ALLOWED[folder]?.includes(behind), `${folder}: ${behind}`);
});

test("no file imports itself by any way, of types and import() either", () => {
  const cycle = findCycle(new Map(sources.map((file) => [file, resolveImports(file)])));
  assert.deepEqual(
    cycle?.map((file) => relative(SOURCE, file)),
    undefined,
  );
});

/**
 * Whether a file only hands on what others have. Whoever imports it had better import those, and a domain
 * that has nothing to add is no domain.
 */
function isPassThrough(text: string): boolean {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const rest = code.replaceAll(
    /^(?:import|export)\b[^;]*?\bfrom\s*"[^"]+";|^export\s*(?:type\s*)?\{[^}]*\};/gm,
    "",
  );
  return /^export\b/m.test(code) && rest.trim() === "";
}

describe("no file only hands on what another has", () => {
  for (const file of sources) {
    test(relative(SOURCE, file), () => assert.ok(!isPassThrough(readFileSync(file, "utf8"))));
  }

  test("one that does is found, however it does so", () => {
    for (const text of [
      '/** Secrets. */\nexport { a, type B } from "../storage/secrets.ts";\n',
      'export * from "./at.ts";\nexport {\n  hasCode,\n} from "./error.ts";\n',
      'import { a } from "./a.ts";\nimport type { B } from "./b.ts";\n\nexport { a };\nexport type { B };\n',
    ])
      assert.ok(isPassThrough(text), text);
    assert.ok(!isPassThrough('export { a } from "./a.ts";\n\nexport const b = 1;\n'));
    assert.ok(!isPassThrough('import "./a.ts";\n'));
  });
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
