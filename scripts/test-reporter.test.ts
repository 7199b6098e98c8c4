import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

/** Each way in which a test file can fail, tried with Node's test runner: the cause must be printed. */
const directory = mkdtempSync(join(tmpdir(), "tspod-reporter-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const TEST = 'import { after, before, describe, test } from "node:test";';

interface Report {
  readonly status: number | null;
  readonly stdout: string;
  /** What scripts/test-stages gets. */
  readonly counts: string;
}

/** Run a test file with that text, and a test's time limit of 2 s. */
function reportOf(name: string, text: string, env: Readonly<Record<string, string>> = {}): Report {
  const file = `${name}.test.ts`;
  writeFileSync(join(directory, file), text);
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...rest } = process.env;
  const reporter = join(import.meta.dirname, "test-reporter.ts");
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--test", "--test-timeout=2000", `--test-reporter=${reporter}`, file],
    {
      cwd: directory,
      encoding: "utf8",
      env: { ...rest, TSPOD_TEST_RESULTS: directory, TSPOD_TEST_STAGE: name, ...env },
      timeout: 60_000,
    },
  );
  return { status, stdout, counts: readFileSync(join(directory, name), "utf8").trim() };
}

/** What is wrong with a file, what it is made of, what is said about it, and the counts. */
type Row = readonly [name: string, text: string, said: readonly RegExp[], counts: string];

const ROWS: readonly Row[] = [
  [
    "dies-while-loading",
    'console.error("last words");\nthrow new Error("while loading");',
    [/not ok: the file as a whole\n +ended with status 1/, /stderr:\n +last words/, /Error: while loading/],
    "0 1 0",
  ],
  ["imports-nothing", 'import "./nowhere.ts";', [/Cannot find module '\S+nowhere.ts'/], "0 1 0"],
  [
    "is-killed",
    `${TEST}\ntest("dies", async () => {\n  console.error("last words");\n  process.kill(process.pid, "SIGKILL");\n  await new Promise((done) => setTimeout(done, 5000));\n});`,
    [/not ok: the file as a whole\n +killed by SIGKILL/, /last words/],
    "0 1 0",
  ],
  [
    "exits-by-itself",
    `${TEST}\ntest("first", () => {});\ntest("second", async () => {\n  await new Promise((done) => setTimeout(done, 100));\n  process.exit(7);\n});`,
    [/ended with status 7/],
    "1 1 0",
  ],
  [
    "before-hook",
    `${TEST}\ndescribe("suite", () => {\n  before(() => {\n    throw new Error("hook's cause");\n  });\n  test("inner", () => {});\n});`,
    [/not ok: suite\n +failed running before hook\n +Error: hook's cause/],
    "0 2 0",
  ],
  [
    "after-hook",
    `${TEST}\ndescribe("suite", () => {\n  after(() => {\n    throw new Error("hook's cause");\n  });\n  test("inner", () => {});\n});`,
    [/not ok: suite\n +failed running after hook\n +Error: hook's cause/],
    "1 1 0",
  ],
  [
    "outermost-after-hook",
    `${TEST}\nafter(() => {\n  throw new Error("hook's cause");\n});\ntest("inner", () => {});`,
    [/not ok: the file as a whole\n[\s\S]*Error: hook's cause/],
    "1 1 0",
  ],
  [
    "hook-of-a-test",
    `${TEST}\ntest("outer", (context) => {\n  context.after(() => {\n    throw new Error("hook's cause");\n  });\n});`,
    [/not ok: outer\n +failed running after hook\n +Error: hook's cause/],
    "0 1 0",
  ],
  [
    "body-of-a-suite",
    `${TEST}\ndescribe("suite", () => {\n  throw new Error("body's cause");\n});`,
    [/not ok: suite\n +Error: body's cause/],
    "0 1 0",
  ],
  [
    "takes-too-long",
    `${TEST}\ntest("slow", async () => {\n  console.error("last words");\n  await new Promise((done) => setTimeout(done, 4000));\n});`,
    [/not ok: slow\n +test timed out after 2000ms/, /last words/],
    "0 1 0",
  ],
  [
    "fails-after-its-test",
    `${TEST}\ntest("early", () => {\n  setTimeout(() => {\n    throw new Error("late cause");\n  }, 100);\n});`,
    [/not ok: the file as a whole/, /late cause/],
    "1 1 0",
  ],
  [
    "waits-for-nothing",
    `${TEST}\ntest("early", () => {});\nawait new Promise(() => {});`,
    [/ended with status 13/, /unsettled top-level await/],
    "1 1 0",
  ],
  ["no-test", "export {};", [/there is no test in it/], "0 1 0"],
  [
    "a-test-of-two",
    `${TEST}\ntest("outer", async (context) => {\n  await context.test("good", () => {});\n  await context.test("bad", () => {\n    throw new Error("the cause", { cause: new Error("the cause's cause") });\n  });\n});`,
    [/not ok: bad\n +Error: the cause\n[\s\S]*the cause's cause/],
    "1 1 0",
  ],
];

for (const [name, text, said, counts] of ROWS)
  test(name, () => {
    const report = reportOf(name, text);
    for (const pattern of said) assert.match(report.stdout, pattern);
    assert.equal(report.counts, `${name} ${counts}`, report.stdout);
  });

test("a file that hangs outside of its tests is named once nothing was heard for a while", () => {
  const name = "hangs";
  const text = `${TEST}\ntest("early", () => {});\nsetInterval(() => {}, 1000);\nawait new Promise(() => {});`;
  const { status, stdout, counts } = reportOf(name, text, { TSPOD_TEST_SILENCE_MS: "3000" });
  assert.match(stdout, /hangs.test.ts: 1 ok, 1 NOT OK[\s\S]*had not ended when the runner was told to end/);
  assert.equal(counts, "hangs 1 1 0");
  assert.notEqual(status, 0);
});

test("a skipped test is named", () => {
  const { stdout, counts } = reportOf("skips", `${TEST}\ntest("later", { skip: "no tool" }, () => {});`);
  assert.match(stdout, /skipped: later: no tool/);
  assert.equal(counts, "skips 0 0 1");
});

test("of a file where all is well there is one line", () => {
  const { status, stdout, counts } = reportOf("well", `${TEST}\ntest("good", () => console.error("noise"));`);
  assert.match(stdout, /^ {3}well.test.ts: 1 ok \(\d+\.\d s\)\n {3}1 passed, 0 failed, 0 skipped\n$/);
  assert.deepEqual([status, counts], [0, "well 1 0 0"]);
});
