import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { test } from "node:test";
import { isAsExpression } from "typescript/unstable/ast";
import { TypeFlags } from "typescript/unstable/sync";
import { lookAtFiles, nodesIn } from "./typescript-project.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const SOURCE = join(REPOSITORY, "src");

/**
 * JSON.parse() gives `any`, which fits everything. What it gives must be `unknown` at once, or be looked at
 * by a shape. These are the ways in which it is; `return` counts in a function whose result is unknown.
 */
const CHECKED_AT_ONCE =
  /(?:: unknown = |\blet value: unknown;\n\s*try \{\n\s*value = |\): unknown \{\n(?:\s*try \{\n)?\s*return |\bshape\(|\bcheckShape\([\w()]+, |\bsafeParse\(\w+, |\bstepsOf\(|\bString\()$/;

/** Code that is a text here, and runs where there are no types. */
const NOT_OURS = ["container/start/plan/probe-command.ts"];

/** `LINE: TEXT` of each JSON.parse() whose result goes on unchecked. */
function uncheckedParses(text: string): string[] {
  return [...text.matchAll(/(?<!^\s*(?:\/\/|\*).*)\bJSON\.parse\(/gm)].flatMap(({ index }) => {
    const line = text.slice(text.lastIndexOf("\n", index) + 1, text.indexOf("\n", index));
    if (CHECKED_AT_ONCE.test(text.slice(0, index)) && !/^(?:\?\.|\.|\[|!| as )/.test(behindCall(text, index)))
      return [];
    return [`${text.slice(0, index).split("\n").length}: ${line.trim()}`];
  });
}

/** What stands behind the call that begins there. */
function behindCall(text: string, index: number): string {
  let depth = 0;
  for (let at = text.indexOf("(", index); at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return text.slice(at + 1);
  }
  return "";
}

/** Casts of what is not known that change nothing: its members are unknown again, or it was caught. */
const HARMLESS =
  /\bas (?:unknown|object|NodeJS\.ErrnoException\b.*|Error|Buffer|(?:Readonly<|Partial<)?Record<[^<>]*(?:<[^<>]*>)?, unknown>>?(?: \| undefined)?|\{(?: readonly)? ?\w+\?: unknown(?:; (?:readonly )?\w+\?: unknown)* \}(?: \| null)?)$/;

const CHECKED_BEFORE = "a shape or a table of fields has looked at it before";
const OWN = "it is our own, and TypeScript can't follow how it was made";
/** File → why what is not known to TypeScript may get a type there by a word. */
const CASTS: Readonly<Record<string, string>> = {
  "oci/shape.ts": "shapes are what looks at values",
  "options/container-record.ts": CHECKED_BEFORE,
  "options/pod-record.ts": CHECKED_BEFORE,
  "container/runtime/bundle-spec.ts": CHECKED_BEFORE,
  "kube/apply/kubeconfig.ts": CHECKED_BEFORE,
  "kube/plan/objects.ts": CHECKED_BEFORE,
  "kube/plan/workloads.ts": CHECKED_BEFORE,
  "kube/read/parse-documents.ts": "the fields that are asked for are looked at in the next lines",
  "config/parse-containers-conf.ts": "the line before compares its type with the setting's",
  "chunk-loader.ts": OWN,
  "main.ts": OWN,
  "os/native.ts": OWN,
  "protocol/plan.ts": OWN,
  "podman/go/time.ts": OWN,
  "oci/runtime-spec.ts": "TypeScript does not know JSON.rawJSON() yet",
  "storage/record.ts": OWN,
  "storage/images/stored-image.ts": OWN,
  "image/lists.ts": OWN,
  "config/flag-defaults.ts": OWN,
  "commands/pod/for-each-pod.ts": OWN,
  "commands/kube/play-engine.ts": OWN,
  "commands/image/build/settings.ts": OWN,
  "commands/flags/pod/member-from-flags.ts": OWN,
  "commands/flags/pod/pod-changes.ts": OWN,
  "commands/flags/pod/pod-from-flags.ts": OWN,
  "cli/define-command.ts": OWN,
  "cli/read-line.ts": OWN,
};

/** File, relative to `directory` → its casts of what is `any` or `unknown`. */
function castsOfUnknown(tsconfig: string, directory: string): Map<string, string[]> {
  const found = lookAtFiles(tsconfig, directory, ({ name, file, checker }): [string, string[]][] => {
    if (name.endsWith(".test.ts") || !file.text.includes(" as ")) return [];
    const casts = [...nodesIn(file)]
      .filter(isAsExpression)
      .filter(({ expression }) => {
        const type = checker.getTypeAtLocation(expression);
        return type !== undefined && (type.flags & TypeFlags.AnyOrUnknown) !== 0;
      })
      .map((node) => node.getText(file).replaceAll(/\s+/g, " "));
    return [[relative(directory, name), casts.filter((text) => !HARMLESS.test(text))]];
  });
  return new Map(found.filter(([, casts]) => casts.length > 0));
}

test("what JSON.parse() gives is looked at where it comes in", () => {
  const files = globSync("**/*.ts", { cwd: SOURCE }).filter(
    (file) => !file.endsWith(".test.ts") && !NOT_OURS.includes(file),
  );
  const found = files.flatMap((file) =>
    uncheckedParses(readFileSync(join(SOURCE, file), "utf8")).map((line) => `${file}:${line}`),
  );
  assert.deepEqual(found, []);
});

test("... and each way around that is seen", () => {
  for (const text of [
    "const a = JSON.parse(text) as Manifest;",
    "const { a } = JSON.parse(text);",
    "const a: unknown = JSON.parse(text)?.a;",
    "const a: unknown = JSON.parse(f(text)).a;",
    "return { a: JSON.parse(text) };",
    "function f(): Manifest {\n  return JSON.parse(text);\n}",
    "let value: Manifest;\n  try {\n    value = JSON.parse(text);",
    "take(JSON.parse(text));",
  ])
    assert.equal(uncheckedParses(text).length, 1, text);
  for (const text of [
    "const a: unknown = JSON.parse(text);",
    "function f(): unknown {\n  return JSON.parse(text);\n}",
    "function f(): unknown {\n  try {\n    return JSON.parse(text);",
    'return checkShape(map(text), JSON.parse(a ?? "{}"), "sources");',
    " * JSON.parse(text).a would be wrong",
  ])
    assert.deepEqual(uncheckedParses(text), [], text);
});

test("what is not known gets no type by a word, but where the reason stands", () => {
  const found = castsOfUnknown(join(REPOSITORY, "tsconfig.json"), SOURCE);
  const unexplained = [...found].filter(([file]) => !(file in CASTS));
  assert.deepEqual(unexplained, []);
  assert.deepEqual(
    Object.keys(CASTS).filter((file) => !found.has(file)),
    [],
    "a reason without a cast",
  );
});

test("... which is seen of any, unknown, and both in one", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-casts-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const sample = `
interface Manifest { readonly layers: readonly string[] }
declare const known: string | number;
export function one(value: unknown) { return value as Manifest; }
export function two(text: string) { return JSON.parse(text) as Manifest; }
export function three(value: string) { return value as unknown as Manifest; }
export function four(value: unknown) { return value as { readonly message?: unknown }; }
export function five(value: unknown) { return (value as Partial<Record<"a", unknown>>).a; }
export const six = known as string;
`;
  writeFileSync(join(directory, "sample.ts"), sample);
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, target: "esnext", lib: ["esnext"], types: [] },
      files: ["sample.ts"],
    }),
  );
  assert.deepEqual(castsOfUnknown(join(directory, "tsconfig.json"), directory).get("sample.ts"), [
    "value as Manifest",
    "JSON.parse(text) as Manifest",
    "value as unknown as Manifest",
  ]);
});
