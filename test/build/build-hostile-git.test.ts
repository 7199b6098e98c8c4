import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { startGitServer } from "../support/git-server.ts";
import { makeHost } from "../support/host.ts";

const host = makeHost();
const { address, served, git, makeRepository, commit, publish, close } = await startGitServer(host.directory);
after(async () => {
  close();
  await host.close();
});

const planted = join(host.directory, "planted");
// A user who allows these for repositories of their own.
const home = join(host.directory, "git-home");
mkdirSync(home);
writeFileSync(
  join(home, ".gitconfig"),
  '[protocol "ext"]\nallow = always\n[protocol "file"]\nallow = always\n',
);

/** Serve a repository with these files. @returns its commit */
function serve(name: string, files: Readonly<Record<string, string>>, submodule?: [string, string]): string {
  const work = makeRepository(name, files);
  // As somebody hostile would: no command of git's has looked at the URL.
  if (submodule !== undefined)
    git(work, "update-index", "--add", "--cacheinfo", `160000,${submodule[0]},${submodule[1]}`);
  const made = commit(work);
  publish(name, work);
  return made;
}

const inner = serve("inner", { inside: "inside\n" });

async function add(
  repository: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stderr: string; out: string }> {
  const out = join(host.directory, `out-${repository}`);
  const directory = makeContext(host, `FROM scratch\nADD ${address}/${repository}.git /src/\n`);
  const { code, stderr } = await host.tspod(["build", "-q", "-o", out, directory], {
    env: { HOME: home, ...more },
  });
  return { code, stderr, out };
}

describe("repositories with submodules", () => {
  test("ADD has what is in a submodule", async () => {
    const gitmodules = `[submodule "mod"]\npath = mod\nurl = ${address}/inner.git\n`;
    serve("outer", { own: "own\n", ".gitmodules": gitmodules }, [inner, "mod"]);
    const { code, stderr, out } = await add("outer");
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(join(out, "src/mod/inside"), "utf8"), "inside\n");
    assert.equal(readFileSync(join(out, "src/own"), "utf8"), "own\n");
  });

  for (const [name, url, message] of [
    ["a command by ext::", `ext::sh -c touch% ${planted}`, /git: fatal: transport 'ext' not allowed\n$/],
    [
      "a repository of this machine",
      `file://${join(served, "inner.git")}`,
      /git: fatal: transport 'file' not allowed\n$/,
    ],
    ["a path of this machine", join(served, "inner.git"), /git: fatal: transport 'file' not allowed\n$/],
    ["an option of git's", `--upload-pack=touch ${planted}`, /git: /],
  ] as const) {
    test(`the URL of a submodule is ${name}: refused`, async () => {
      const id = name.replaceAll(/[^a-z]/g, "");
      serve(id, { ".gitmodules": `[submodule "mod"]\npath = mod\nurl = "${url}"\n` }, [inner, "mod"]);
      const { code, stderr, out } = await add(id);
      assert.equal(code, 125);
      assert.match(stderr, /^Error: building at STEP "ADD .*": git: .*\n$/);
      assert.match(stderr, message);
      assert.ok(!existsSync(planted));
      assert.ok(!existsSync(join(out, "src/mod/inside")));
    });
  }
});

describe("what the caller's environment says to git", () => {
  test("GIT_ALLOW_PROTOCOL allows no commands to a submodule either", async () => {
    const gitmodules = `[submodule "mod"]\npath = mod\nurl = "ext::sh -c touch% ${planted}"\n`;
    serve("allowed", { ".gitmodules": gitmodules }, [inner, "mod"]);
    const { code, stderr } = await add("allowed", { GIT_ALLOW_PROTOCOL: "ext:http" });
    assert.equal(code, 125);
    assert.match(stderr, /git: fatal: transport 'ext' not allowed\n$/);
    assert.ok(!existsSync(planted));
  });

  test("a build in a hook of git's, which has GIT_DIR and others, leaves that repository alone", async () => {
    serve("fetched", { file: "fetched\n" });
    const own = makeRepository("own", { mine: "mine\n" });
    commit(own);
    const before = [
      git(own, "symbolic-ref", "HEAD"),
      git(own, "rev-parse", "HEAD"),
      git(own, "status", "-s"),
    ];
    const hook = { GIT_DIR: join(own, ".git"), GIT_INDEX_FILE: join(own, ".git/index"), GIT_WORK_TREE: own };
    const { code, stderr, out } = await add("fetched", hook);
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(join(out, "src/file"), "utf8"), "fetched\n");
    assert.deepEqual(
      [git(own, "symbolic-ref", "HEAD"), git(own, "rev-parse", "HEAD"), git(own, "status", "-s")],
      before,
    );
    assert.ok(!existsSync(join(own, ".git/FETCH_HEAD")));
  });
});

describe("what is no URL of a repository that may be fetched", () => {
  for (const text of [
    `ext::sh -c touch% ${planted} .git`,
    `--upload-pack=touch ${planted} x.git`,
    `file://${join(served, "inner.git")}`,
  ]) {
    test(`${text.split(/[ :=]/)[0]}: refused as a context, and in ADD`, async () => {
      const asContext = await host.tspod(["build", "--", text], { env: { HOME: home } });
      assert.deepEqual([asContext.code, asContext.stdout], [125, ""]);
      assert.match(asContext.stderr, /^Error: context must be a directory: .*\n$/);
      const directory = makeContext(host, `FROM scratch\nADD [${JSON.stringify(text)}, "/src/"]\n`);
      const inFile = await host.tspod(["build", "-q", directory], { env: { HOME: home } });
      assert.deepEqual([inFile.code, inFile.stdout], [125, ""]);
      assert.ok(!existsSync(planted));
    });
  }
});
