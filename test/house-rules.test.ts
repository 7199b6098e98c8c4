import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";

const REPOSITORY = resolve(import.meta.dirname, "..");
/** Columns of a line with a comment. The formatter holds code to as many, and leaves comments alone. */
const COLUMNS = 110;

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

const sources = globSync(["{src,test,scripts}/**/*.ts", "native/**/*.{c,h}"], { cwd: REPOSITORY });

describe(`a comment has at most ${COLUMNS} columns`, () => {
  for (const file of sources) {
    test(file, () => assert.deepEqual(longComments(readFileSync(join(REPOSITORY, file), "utf8")), []));
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
