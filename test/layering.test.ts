import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, test } from "node:test";

const REPOSITORY = resolve(import.meta.dirname, "..");
const SOURCE = join(REPOSITORY, "src");

/** What all but the front ends build on, from the bottom up. */
const BELOW_STORAGE = ["options", "oci", "os", "protocol"];
const DOMAIN = ["systemd", "build", "container", "image", "volume", "network"];
/** Folder of src → the folders that it may import. Itself, and errors.ts, are open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["chunk-loader.ts", "program.ts", "cli", "os"],
  "program.ts": ["commands", "cli", "config", "os"],
  "chunk-loader.ts": ["os"],
  "errors.ts": ["os"],
  commands: ["cli", "config", "podman", ...DOMAIN, "spec", ...BELOW_STORAGE],
  cli: ["config", "podman", ...BELOW_STORAGE],
  podman: ["container", "image", "volume", "network", "storage", "spec", ...BELOW_STORAGE],
  systemd: ["container", "image", "volume", "network", "storage", "registry", "rootless", ...BELOW_STORAGE],
  build: ["container", "image", "storage", "rootless", ...BELOW_STORAGE],
  container: ["image", "volume", "network", "storage", "rootless", "spec", ...BELOW_STORAGE],
  image: ["storage", "registry", ...BELOW_STORAGE],
  volume: ["storage", ...BELOW_STORAGE],
  network: ["storage", ...BELOW_STORAGE],
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
const BEHIND_THE_DOMAIN = ["storage", "registry", "rootless"];
/** Files of the front ends that still import those. This list only gets shorter. */
const STILL_REACH_BEHIND: readonly string[] = [
  "cli/define-command.ts",
  "cli/make-call.ts",
  "commands/container/lifecycle/create-from-flags.ts",
  "commands/container/lifecycle/dry-run/dry-run.ts",
  "commands/container/lifecycle/dry-run/script.ts",
  "commands/container/look/diff.ts",
  "commands/flags/login-key.ts",
  "commands/flags/manifest-flags.ts",
  "commands/flags/registry-flags.ts",
  "commands/image/images.ts",
  "commands/image/login.ts",
  "commands/image/logout.ts",
  "commands/image/search.ts",
  "commands/image/tree.ts",
  "commands/image/trust-set.ts",
  "commands/image/trust-show.ts",
  "commands/inspect/find-objects.ts",
  "commands/manifest/add-members.ts",
  "commands/manifest/annotate.ts",
  "commands/manifest/create.ts",
  "commands/manifest/find-list.ts",
  "commands/manifest/remove.ts",
  "commands/secret/create.ts",
  "commands/secret/exists.ts",
  "commands/secret/inspect.ts",
  "commands/secret/ls.ts",
  "commands/secret/rm.ts",
  "commands/system/check.ts",
  "commands/system/complete/paths.ts",
  "commands/system/events.ts",
  "commands/system/gather-info.ts",
  "commands/system/reset.ts",
];

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
        if (BEHIND_THE_DOMAIN.includes(to) && STILL_REACH_BEHIND.includes(relative(SOURCE, file))) continue;
        const allowed = to === folder || to === "errors.ts" || ALLOWED[folder]?.includes(to);
        assert.ok(allowed, `${folder} may not import ${relative(SOURCE, target)}`);
      }
    });
  }
});

test("who may still reach behind the domain does so", () => {
  for (const path of STILL_REACH_BEHIND) {
    const reaches = resolveImports(join(SOURCE, path)).some((to) => BEHIND_THE_DOMAIN.includes(folderOf(to)));
    assert.ok(reaches, `${path} no longer needs to be listed`);
  }
});

test("no file imports itself by any way, of types and import() either", () => {
  const cycle = findCycle(new Map(sources.map((file) => [file, resolveImports(file)])));
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
