import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../test/support/program.ts";

const SCRIPT = join(import.meta.dirname, "test-stages");

/** Run the stage with end-to-end tests on one file with that text; `left` is what is in TMPDIR afterwards. */
function runStage(
  text: string,
  stage = "end-to-end",
): { status: number | null; lines: string[]; left: string[] } {
  const directory = mkdtempSync(join(tmpdir(), "tspod-stages-"));
  try {
    const file = join(directory, "only.test.ts");
    writeFileSync(file, text);
    const temporary = join(directory, "tmp");
    mkdirSync(temporary);
    const { NODE_TEST_CONTEXT: _, TSPOD_TEST_KEEP: __, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync("sh", [SCRIPT, "direct", stage, file], {
      encoding: "utf8",
      env: { ...env, TMPDIR: temporary },
      timeout: 100_000,
    });
    return { status, lines: `${stderr}${stdout}`.trim().split("\n"), left: readdirSync(temporary) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const TEST = 'import { test } from "node:test";';

test("the last line has the counts and nothing else", () => {
  const { status, lines, left } = runStage(`${TEST}\ntest("good", () => {});`);
  assert.deepEqual([status, lines.at(-1), left], [0, "1 passed, 0 failed, 0 skipped", []]);
});

test("a runner that is killed is a failure that is named", () => {
  const { status, lines, left } = runStage(
    `${TEST}\ntest("kills it", () => process.kill(process.ppid, "SIGKILL"));`,
  );
  assert.ok(
    lines.includes("   not ok: the runner of end-to-end was killed by a signal (9)"),
    lines.join("\n"),
  );
  assert.deepEqual([status, lines.at(-1), left], [1, "0 passed, 1 failed, 0 skipped", []]);
});

test("what a test leaves under TMPDIR is named, counts as a failure, and is gone", () => {
  const { status, lines, left } = runStage(
    `${TEST}\nimport { mkdtempSync } from "node:fs";\nimport { tmpdir } from "node:os";\ntest("leaves", () => mkdtempSync(tmpdir() + "/left-"));`,
  );
  assert.match(lines.join("\n"), /not ok: left in the directory for temporary files: left-\w+/);
  assert.deepEqual([status, lines.at(-1), left], [1, "1 passed, 1 failed, 0 skipped", []]);
});

test("a test that fails fails the stage, and what it leaves is gone, too", () => {
  const { status, lines, left } = runStage(
    `${TEST}\nimport { mkdtempSync } from "node:fs";\nimport { tmpdir } from "node:os";\ntest("bad", () => {\n  mkdtempSync(tmpdir() + "/left-");\n  throw new Error("cause");\n});`,
  );
  assert.match(lines.join("\n"), /not ok: bad\n +Error: cause/);
  assert.deepEqual([status, lines.at(-1), left], [1, "0 passed, 1 failed, 0 skipped", []]);
});

test("a stage that this user can't run is named at the end, with what it needs", () => {
  const { status, lines } = runStage("", "systemd");
  assert.match(lines.at(-2) ?? "", /^systemd is not for this machine and user: it needs root/);
  assert.deepEqual([status, lines.at(-1)], [0, "0 passed, 0 failed, 0 skipped"]);
});

test("a test that passes when its file is run again, alone, has wobbled, and is named", () => {
  const { status, lines, left } = runStage(
    `${TEST}
import { existsSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
const mark = join(import.meta.dirname, "second-time");
test("wobbles", () => {
  if (existsSync(mark)) return;
  writeFileSync(mark, "");
  throw new Error("the first time");
});
test("is steady", () => {});`,
  );
  assert.match(lines.join("\n"), /not ok: wobbles\n.*the first time/s);
  assert.ok(
    lines.some((line) => /^wobbled: of end-to-end, .* only\.test\.ts/.test(line)),
    lines.join("\n"),
  );
  assert.deepEqual([status, lines.at(-1), left], [0, "2 passed, 0 failed, 0 skipped", []]);
});

test("killed, it takes its tests with it, and leaves nothing", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-stages-"));
  try {
    const at = (name: string) => join(directory, name);
    const [file, temporary, began] = [at("only.test.ts"), at("tmp"), at("began")];
    mkdirSync(temporary);
    writeFileSync(
      file,
      `${TEST}
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
test("waits", async () => {
  mkdtempSync(tmpdir() + "/left-");
  writeFileSync(${JSON.stringify(began)}, String(process.pid));
  await new Promise((done) => setTimeout(done, 100_000));
});`,
    );
    const { NODE_TEST_CONTEXT: _, TSPOD_TEST_KEEP: __, ...env } = process.env;
    const stages = spawn("sh", [SCRIPT, "direct", "end-to-end", file], {
      stdio: "ignore",
      env: { ...env, TMPDIR: temporary },
    });
    await until(() => existsSync(began), "the test's beginning");
    stages.kill("SIGKILL");
    await until(() => readdirSync(temporary).length === 0, "an empty directory for temporary files");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
