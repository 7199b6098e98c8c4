import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

const SCRIPT = join(import.meta.dirname, "release");
const directories: string[] = [];
after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

const CHANGELOG = `# Changes

## Unreleased

### Added

- \`frobnicate\`

## 0.1.0 - 2026-01-02

- first
`;
const LOCK = `{
  "name": "tspod",
  "version": "0.1.0",
  "packages": {
    "": {
      "name": "tspod",
      "version": "0.1.0"
    },
    "node_modules/a": {
${"      \n".repeat(6)}      "version": "0.1.0"
    }
  }
}
`;

/** A repository on main, with a release 0.1.0 and something unreleased. */
function tree(changelog = CHANGELOG) {
  const directory = mkdtempSync(join(tmpdir(), "tspod-release-"));
  directories.push(directory);
  const git = (...argv: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...argv], {
      cwd: directory,
      encoding: "utf8",
    });
  const file = (name: string): string => readFileSync(join(directory, name), "utf8");
  writeFileSync(join(directory, "CHANGELOG.md"), changelog);
  writeFileSync(join(directory, "package.json"), '{\n  "name": "tspod",\n  "version": "0.1.0"\n}\n');
  writeFileSync(join(directory, "package-lock.json"), LOCK);
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "all");
  git("tag", "v0.1.0");
  const release = (...argv: string[]) => {
    const identity = {
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@b.c",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@b.c",
    };
    const env = { ...process.env, ...identity, TSPOD_RELEASE_TREE: directory };
    const { status, stdout, stderr } = spawnSync("sh", [SCRIPT, ...argv], { env, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  return { directory, git, file, release };
}

describe("scripts/release", () => {
  test("dates the section, sets the version, commits and tags", () => {
    const { git, file, release } = tree();
    const { status, stderr } = release("0.2.0");
    assert.equal(stderr, "tagged v0.2.0. Next: npm test, npm run bench, git push origin main v0.2.0\n");
    assert.equal(status, 0);
    assert.match(file("CHANGELOG.md"), /^## Unreleased\n\n## 0\.2\.0 - \d{4}-\d\d-\d\d\n\n### Added$/m);
    assert.match(file("package.json"), /"version": "0\.2\.0"/);
    assert.equal(file("package-lock.json").match(/"version": "0\.2\.0"/g)?.length, 2);
    assert.equal(
      git("log", "-1", "--format=%s%n%b").trim(),
      "release: 0.2.0\n1 changes since v0.1.0: see CHANGELOG.md.",
    );
    assert.equal(git("describe", "--exact-match").trim(), "v0.2.0");
    assert.equal(git("status", "--porcelain"), "");
  });

  test("--notes prints a version's section", () => {
    const { release } = tree();
    assert.deepEqual(release("--notes", "0.1.0"), { status: 0, stdout: "- first\n", stderr: "" });
    assert.deepEqual(release("--notes", "9.9.9"), {
      status: 1,
      stdout: "",
      stderr: 'release: CHANGELOG.md has no section "## 9.9.9 - DATE"\n',
    });
  });

  for (const [name, version, message, spoil] of [
    ["what is no version", "1.2", /"1\.2" is no version/, undefined],
    ["a version that was there", "0.1.0", /0\.1\.0 does not follow 0\.1\.0/, undefined],
    ["an older version", "0.0.9", /0\.0\.9 does not follow 0\.1\.0/, undefined],
    ["a tree with changes", "0.2.0", /commit or remove first: \?\? new/, "new"],
  ] as const)
    test(`refuses ${name}, and changes nothing`, () => {
      const { directory, git, release } = tree();
      if (spoil !== undefined) writeFileSync(join(directory, spoil), "");
      const before = git("rev-parse", "HEAD");
      const { status, stderr } = release(version);
      assert.equal(status, 1);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split("\n").length, 1);
      assert.equal(git("rev-parse", "HEAD"), before);
      assert.equal(git("diff", "--stat"), "");
    });

  test("refuses an empty section", () => {
    const { git, release } = tree("# Changes\n\n## Unreleased\n\n## 0.1.0 - 2026-01-02\n\n- first\n");
    const { status, stderr } = release("0.2.0");
    assert.equal(status, 1);
    assert.equal(stderr, 'release: nothing stands under "## Unreleased"\n');
    assert.equal(git("diff", "--stat"), "");
  });
});
