import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { isFunctionLikeDeclaration } from "typescript/unstable/ast";
import { lookAtFiles, nodesIn } from "./typescript-project.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
/** Columns of a line with a comment. The formatter holds code to as many, and leaves comments alone. */
const COLUMNS = 110;

const FUNCTION_LINES = 75;
const FILE_LINES = 300;
/** Files of a folder, side by side; a test does not count beside its subject. */
const FOLDER_FILES = 25;
const README_LINES = { least: 3, most: 10 };

/** A comment that starts the line, or one behind code. */
const COMMENT = /^\s*(?:\/\/|\/\*|\*)|[;,{}()[\]]\s*(?:\/\/|\/\*) /;

/** Lines of a text with a comment that is too long; an address can't be broken. */
function longComments(text: string): string[] {
  return text
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => COMMENT.test(line) && [...line].length > COLUMNS && !/^\W*https?:\S+$/.test(line))
    .map(({ line, number }) => `${number}: ${line.trim()}`);
}

function read(file: string): string {
  return readFileSync(join(REPOSITORY, file), "utf8");
}

function countLines(text: string): number {
  return text.trimEnd().split("\n").length;
}

/**
 * `FILE: LINE: LINES` of each function in a project's files of src and scripts that is longer than allowed.
 */
function longFunctions(): string[] {
  return lookAtFiles(join(REPOSITORY, "tsconfig.json"), REPOSITORY, ({ name, file }) => {
    const path = relative(REPOSITORY, name);
    if (!/^(?:src|scripts)\/.*(?<!\.test)\.ts$/.test(path)) return [];
    return [...nodesIn(file)].filter(isFunctionLikeDeclaration).flatMap((found) => {
      const before = file.text.slice(0, found.end - found.getText(file).length);
      const lines = countLines(found.getText(file));
      return lines > FUNCTION_LINES ? [`${path}: ${before.split("\n").length}: ${lines}`] : [];
    });
  });
}

/** As long functions of C, which clang-format has given a brace that ends each at the start of a line. */
function longCFunctions(text: string): string[] {
  return [...text.matchAll(/^[a-z][^;{}]*\)\s*\{\n(?:.*\n)*?\}$/gm)]
    .map(([found]) => ({ name: found.slice(0, found.indexOf("(")), lines: countLines(found) }))
    .filter(({ lines }) => lines > FUNCTION_LINES)
    .map(({ name, lines }) => `${name}: ${lines}`);
}

/** `a/b/c` is in `a`, `a/b` and itself. */
function ancestors(folder: string): string[] {
  const parts = folder.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

const sources = globSync(["{src,test,scripts}/**/*.ts", "native/**/*.{c,h}"], { cwd: REPOSITORY });

describe(`a comment has at most ${COLUMNS} columns`, () => {
  for (const file of sources) {
    test(file, () => assert.deepEqual(longComments(read(file)), []));
  }

  test("a longer one is found, before code or behind it", () => {
    const words = "x".repeat(COLUMNS);
    const lines = [
      `// ${words}`,
      ` * ${words}`,
      `return 1; // ${words}`,
      `// https://${words}`,
      `a = "${words}";`,
    ];
    assert.deepEqual(
      longComments(lines.join("\n")).map((line) => line.slice(0, 2)),
      ["1:", "2:", "3:"],
    );
  });
});

describe(`a function has at most ${FUNCTION_LINES} lines, a file ${FILE_LINES}`, () => {
  test("in TypeScript", () => assert.deepEqual(longFunctions(), []));

  for (const file of sources.filter((source) => source.endsWith(".c"))) {
    test(file, () => assert.deepEqual(longCFunctions(read(file)), []));
  }

  test("a longer one in C is found", () => {
    const body = "\twork();\n".repeat(FUNCTION_LINES);
    const text = `static int short_one(void)\n{\n}\n\nstatic int long_one(int a,\n\t\t    int b)\n{\n${body}}\n`;
    assert.deepEqual(longCFunctions(text), ["static int long_one: 79"]);
  });

  test("files", () => {
    const long = sources
      .filter((file) => /^(?:src|native)\//.test(file) && !/\.test\.ts$|^native\/test\//.test(file))
      .filter((file) => countLines(read(file)) > FILE_LINES);
    assert.deepEqual(long, []);
  });
});

describe("a folder can be taken in at a glance", () => {
  const inFolders = globSync(["{src,test}/**/*.ts", "native/**/*.{c,h,mjs}"], { cwd: REPOSITORY });
  const folders = new Set(inFolders.flatMap((file) => ancestors(dirname(file))));
  for (const folder of folders) {
    test(`${folder}: its README`, () => {
      const path = `${folder}/README.md`;
      assert.ok(existsSync(join(REPOSITORY, path)), `${path} is missing`);
      const text = read(path);
      const lines = text.split("\n").filter((line) => line !== "").length;
      assert.ok(lines >= README_LINES.least && lines <= README_LINES.most, `${lines} lines`);
      for (const [, name = ""] of text.matchAll(
        /`([\w./-]+\.(?:ts|mjs|c|h)|\.\.\/[\w/]+|(?:src|native)\/[\w/.-]+)`/g,
      )) {
        const there = [folder, "."].some((from) => existsSync(join(REPOSITORY, from, name)));
        assert.ok(there, `${path} names ${name}, which is not there`);
      }
    });
  }

  for (const folder of folders) {
    test(`${folder}: at most ${FOLDER_FILES} files`, () => {
      const files = globSync(`${folder}/*.{ts,mjs,c}`, { cwd: REPOSITORY }).filter(
        (file) => folder.startsWith("test/") || !file.endsWith(".test.ts"),
      );
      assert.ok(files.length <= FOLDER_FILES, `${files.length} files: make rooms`);
    });
  }
});
