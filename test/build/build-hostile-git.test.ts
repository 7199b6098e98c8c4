import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { makeHost } from "../support/host.ts";

const host = makeHost();
const served = join(host.directory, "served");
mkdirSync(served);
/** Repositories by git's dumb protocol. */
const server = createServer((request, response) => {
  try {
    response.end(readFileSync(join(served, new URL(request.url ?? "", "http://x").pathname)));
  } catch {
    response.statusCode = 404;
    response.end();
  }
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(async () => {
  server.close();
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

function git(cwd: string, ...args: string[]): string {
  const settings = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"];
  const env = { ...process.env, HOME: host.directory, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...settings, ...args], { cwd, encoding: "utf8", env, stdio: "pipe" }).trim();
}

/** Serve a repository with these files. @returns its commit */
function serve(name: string, files: Readonly<Record<string, string>>, submodule?: [string, string]): string {
  const work = join(host.directory, `work-${name}`);
  mkdirSync(work);
  git(work, "init", "-q");
  for (const [file, content] of Object.entries(files)) writeFileSync(join(work, file), content);
  git(work, "add", ".");
  // As somebody hostile would: no command of git's has looked at the URL.
  if (submodule !== undefined)
    git(work, "update-index", "--add", "--cacheinfo", `160000,${submodule[0]},${submodule[1]}`);
  git(work, "commit", "-qm", "one");
  git(host.directory, "clone", "-q", "--bare", work, join(served, `${name}.git`));
  git(join(served, `${name}.git`), "update-server-info");
  return git(work, "rev-parse", "HEAD");
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
    const own = join(host.directory, "own");
    mkdirSync(own);
    git(own, "init", "-q");
    writeFileSync(join(own, "mine"), "mine\n");
    git(own, "add", ".");
    git(own, "commit", "-qm", "mine");
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
