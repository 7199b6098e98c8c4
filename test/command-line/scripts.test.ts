import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Host } from "../support/host.ts";
import { makePodman } from "../support/podman.ts";
import { REPOSITORY, type Result, requireProgram, runProgram, TSPOD } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

/*
 * Shell scripts of the kind that people have, which call `podman`. Each is run once with podman, and once
 * with tspod under that name, by `sh -eu` in an empty directory. They print only what is the same at every
 * run.
 */
const SCRIPTS = join(REPOSITORY, "test/command-line/scripts");

const world = await makeWorld();
const peer = makePodman();
peer.configureRegistries(world.registriesConf);
after(async () => {
  await peer.close();
  await world.close();
});
before(async () => {
  await peer.ok(["pull", "--quiet", "test.localhost/busybox:latest"]);
});

/** Run a script with a program that it knows as podman. */
async function runScript(file: string, { host, program }: { host: Host; program: string }): Promise<Result> {
  const directory = join(host.directory, file);
  const bin = join(directory, "bin");
  const cwd = join(directory, "cwd");
  mkdirSync(bin, { recursive: true });
  mkdirSync(cwd);
  symlinkSync(program, join(bin, "podman"));
  const env = { ...host.env, PATH: `${bin}:${host.env.PATH}` };
  return runProgram("sh", ["-eu", join(SCRIPTS, file)], { env, cwd, timeoutMs: 100_000 });
}

describe("scripts that call podman", { concurrency: 2 }, () => {
  for (const file of readdirSync(SCRIPTS).sort())
    test(file, async () => {
      const [theirs, ours] = await Promise.all([
        runScript(file, { host: peer, program: requireProgram("podman", "podman") }),
        runScript(file, { host: world.host, program: TSPOD }),
      ]);
      assert.equal(theirs.code, 0, `with podman: ${theirs.stdout}${theirs.stderr}`);
      assert.notEqual(theirs.stdout, "");
      assert.deepEqual(
        { code: ours.code, stdout: ours.stdout },
        { code: 0, stdout: theirs.stdout },
        ours.stderr,
      );
    });
});
