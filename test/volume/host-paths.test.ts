import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { runProgram } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/* --mount of paths of the host, as Podman 5.8's test/system/060-mount.bats asks for them. */
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const source = join(host.directory, "paths");
for (const [name, text] of Object.entries({ "one/bar": "1", "two/bar": "2", g1: "g", g2: "g", data: "d" })) {
  mkdirSync(join(source, name, ".."), { recursive: true });
  writeFileSync(join(source, name), text);
}
symlinkSync("data", join(source, "link"));

const run = (flags: readonly string[], script: string, env = host.env) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script], { env });
/** A runtime that can't would mount what the symlink points to: it is asked what it can. */
const runtime = await host.ok(["info", "-f", "{{.Host.OCIRuntime.Path}}"]);
const { stdout: features } = await runProgram(runtime, ["features"]);
const keepsLinks = features.includes('"copy-symlink"');

const refused = (message: string) => ({ code: 125, stdout: "", stderr: `Error: ${message}\n` });
const printed = (stdout: string) => ({ code: 0, stdout, stderr: "" });
const withoutLinks = refused(
  `the mount option "no-dereference" needs crun 1.11 or later: ${basename(runtime)} (${runtime}) doesn't have it`,
);

describe("type=glob", () => {
  const glob = (pattern: string, more = "") => ["--mount", `type=glob,src=${source}/${pattern}${more}`];

  test("without a destination each path appears as itself", async () =>
    assert.deepEqual(await run(glob("g*"), `cat ${source}/g*; ls ${source}`), printed("ggg1\ng2\n")));

  test("a pattern that names nothing", async () => {
    assert.deepEqual(
      await run(glob("none*"), "true"),
      refused(`no file paths matching glob "${source}/none*"`),
    );
    assert.deepEqual(
      await run(["--mount", "type=glob,dst=/x"], "true"),
      refused('no file paths matching glob ""'),
    );
  });

  test("two paths of one name are no mounts in one directory, nor beside another mount there", async () => {
    assert.deepEqual(
      await run(glob("*/bar", ",dst=/x"), "true"),
      refused("/x/bar: duplicate mount destination"),
    );
    assert.deepEqual(
      await run([...glob("g*", ",dst=/x"), "--tmpfs", "/x/g1"], "true"),
      refused("/x/g1: duplicate mount destination"),
    );
  });

  test("no-dereference: a symlink stays one", async () =>
    assert.deepEqual(
      await run(glob("l*", ",dst=/x,no-dereference"), "readlink /x/link"),
      keepsLinks ? printed("data\n") : withoutLinks,
    ));
});

describe("type=bind,no-dereference", () => {
  const bind = (more: string) => ["--mount", `type=bind,src=${source}/link,dst=/x/link${more}`];

  test("without it, and with =false, what the symlink points to is mounted", async () => {
    for (const more of ["", ",no-dereference=false"])
      assert.deepEqual(
        await run(bind(more), "cat /x/link; readlink /x/link || echo none"),
        printed("dnone\n"),
      );
  });

  test("the symlink appears as one, again at the next start", async () => {
    const mount = ["-v", `${source}/link:/x/link:no-dereference`];
    const create = ["create", "--name", "again", ...mount, IMAGE, "readlink", "/x/link"];
    if (!keepsLinks) assert.deepEqual(await host.tspod(create), withoutLinks);
    else {
      await host.ok(create);
      for (const _ of [1, 2]) assert.equal(await host.ok(["start", "-a", "again"]), "data");
      await host.ok(["rm", "again"]);
    }
  });
});

test("noswap takes root's rights", async () =>
  assert.deepEqual(
    await run(["--mount", "type=tmpfs,dst=/x,noswap"], "true"),
    refused(
      "the 'noswap' option is only allowed with rootful tmpfs mounts: must provide an argument for option",
    ),
  ));

test("a mount takes the place of the one that containers.conf has there, a volume that of a volume", async () => {
  const path = join(host.directory, "mounts.conf");
  const mount = `type=bind,src=${source}/one/bar,dst=/x`;
  writeFileSync(path, `[containers]\nmounts = ["${mount}"]\nvolumes = ["${source}/one/bar:/y"]\n`);
  const env = { ...host.env, CONTAINERS_CONF_OVERRIDE: path };
  const two = `${source}/two/bar`;
  for (const [flags, stdout] of [
    [[], "11"],
    [["--mount", `type=bind,src=${two},destination=/x`], "21"],
    [["-v", `${two}:/y`], "12"],
  ] as const)
    assert.deepEqual(await run(flags, "cat /x /y", env), printed(stdout));
  const twice = ["--mount", mount, "--mount", mount.replace("one", "two")];
  assert.deepEqual(await run(twice, "true", env), refused("/x: duplicate mount destination"));
});
