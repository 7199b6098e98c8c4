import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { startSwapper } from "../support/swapper.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);
const build = (directory: string, ...flags: string[]) =>
  host.tspod(["build", "--network", "none", ...flags, directory]);
/** What the commands of a build print: its output without the builder's own lines. */
const printed = (stdout: string) =>
  stdout.split("\n").filter((line) => !/^(?:\[\d\/\d\] )?STEP |^-->|^COMMIT|^[0-9a-f]{64}$|^$/.test(line));
/** A file of the user's that no build may see or change. */
const precious = join(host.directory, "precious");
writeFileSync(precious, "precious\n");

describe("Dockerfiles that want out of their build", () => {
  for (const [name, mount] of [
    ["to the host's root", "ln -s / /link"],
    ["by dots", "ln -s ../../../../../../.. /link"],
  ] as const) {
    test(`CVE-2024-1753: the source of a bind mount is a link ${name}`, async () => {
      const directory = makeContext(
        host,
        [
          "FROM localhost/base AS one",
          `RUN ${mount}; echo stage > /mark`,
          "FROM localhost/base",
          `RUN --mount=type=bind,from=one,source=/link,target=/m,rw cat /m/mark; ls /m${precious} 2>/dev/null || echo contained`,
        ].join("\n"),
      );
      const { code, stdout, stderr } = await build(directory);
      assert.equal(code, 0, stderr);
      assert.deepEqual(printed(stdout), ["stage", "contained"]);
    });
  }

  test("CVE-2024-9407: a mount has no other options than its own", async () => {
    for (const option of ["bind-propagation=shared", "relabel=x,propagation=rshared", "U,idmap"]) {
      const directory = makeContext(
        host,
        `FROM localhost/base\nRUN --mount=type=bind,target=/m,${option} true\n`,
      );
      const { code, stdout, stderr } = await build(directory);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(
        stderr,
        /^Error: dockerfile parse error on line 2: (?:unexpected key|invalid field) .*\n$/,
      );
    }
  });

  test("CVE-2024-9675: the id of a cache mount is no path", async () => {
    const id = `../../../../../../../../..${host.directory}`;
    const before = readdirSync(host.directory);
    const directory = makeContext(
      host,
      `FROM localhost/base\nRUN --mount=type=cache,id=${id},target=/c ls /c; touch /c/planted\n`,
    );
    const { code, stdout, stderr } = await build(directory);
    assert.equal(code, 0, stderr);
    assert.deepEqual(printed(stdout), []);
    assert.deepEqual(
      readdirSync(host.directory).filter((name) => !before.includes(name)),
      [basename(directory)],
    );
    const mounts = join(host.dataDirectory, "tspod/build/mounts");
    const planted = execFileSync("find", [host.directory, "-name", "planted"], { encoding: "utf8" });
    assert.match(planted.replace(mounts, ""), /^\/[0-9a-f]{32}\/data\/planted\n$/);
  });

  test("CVE-2024-11218: a link that another stage plants in a shared cache leads nowhere", async () => {
    const directory = makeContext(
      host,
      [
        "FROM localhost/base AS one",
        "RUN --mount=type=cache,id=shared,target=/c for i in $(seq 400); do rm -rf /c/d; ln -s / /c/d; rm /c/d; mkdir /c/d; echo in > /c/d/mark; done",
        "FROM localhost/base AS two",
        `RUN --mount=type=cache,id=shared,source=d,target=/m ls /m${precious} 2>/dev/null || echo contained`,
        "FROM scratch",
        "COPY --from=one /etc/passwd /a",
        "COPY --from=two /etc/passwd /b",
      ].join("\n"),
    );
    for (let round = 0; round < 5; round++) {
      const { code, stdout, stderr } = await build(directory, "--no-cache", "--jobs", "2");
      assert.doesNotMatch(printed(stdout).join(), /precious/);
      // The directory may be a link, or gone, at the very moment: then it is not there, which is one line.
      if (code !== 0) assert.match(stderr, /not found\n$/);
    }
    assert.equal(readFileSync(precious, "utf8"), "precious\n");
  });

  test("CVE-2024-11218: a link that takes the source's place between the look and the mount", async () => {
    const mount = "--mount=type=cache,id=swapped";
    const made = makeContext(
      host,
      `FROM localhost/base\nRUN ${mount},target=/c mkdir /c/d; echo in > /c/d/mark; touch /c/of-the-test\n`,
    );
    assert.equal((await build(made)).code, 0);
    const runtime = join(host.directory, "swapping-runtime");
    const swap = `for d in ${host.dataDirectory}/tspod/build/mounts/*/data; do
  [ ! -e $d/of-the-test ] || [ -L $d/d ] || { mv $d/d $d/e; ln -s ${host.directory} $d/d; }
done`;
    writeFileSync(runtime, `#!/bin/sh\n${swap}\nexec crun "$@"\n`, { mode: 0o755 });
    const directory = makeContext(
      host,
      `FROM localhost/base\nRUN ${mount},source=d,target=/m cat /m/mark; ls /m\n`,
    );
    const { code, stdout, stderr } = await build(directory, "--runtime", runtime);
    assert.equal(code, 0, stderr);
    assert.deepEqual(printed(stdout), ["in", "mark"]);
  });

  test("a context's links end at its root, for COPY, bind mounts and the Dockerfile's own words", async () => {
    for (const line of [
      "COPY out/precious /",
      `RUN --mount=source=out,target=/m cat /m/precious`,
      `COPY ../../..${precious} /`,
    ]) {
      const directory = makeContext(host, `FROM localhost/base\n${line}\n`);
      symlinkSync(host.directory, join(directory, "out"));
      const { code, stdout, stderr } = await build(directory);
      assert.deepEqual([code, printed(stdout)], [125, []], line);
      assert.match(stderr, /^Error: building at STEP ".*": "\/.*": not found(?:: .*)?\n$/, line);
    }
  });

  for (const line of [
    "COPY . /x/",
    "COPY d /x/d",
    "COPY d/precious /x/d/precious",
    "COPY */precious /x/d/",
  ]) {
    test(`${line}: a directory that changes places with a link out of the context is not left through`, async () => {
      const outside = join(host.directory, "outside");
      mkdirSync(outside, { recursive: true });
      writeFileSync(join(outside, "precious"), "outside\n");
      const directory = makeContext(host, `FROM scratch\n${line}\n`, { "d/precious": "inside\n" });
      await using swapper = await startSwapper({
        ...{ host, directory, name: "d", manner: "always" },
        decoy: { symlink: outside },
      });
      let copied = 0;
      for (let round = 0; round < 12; round++) {
        const out = join(host.directory, `raced-${line.length}-${round}`);
        const { code, stderr } = await host.tspod(["build", "-q", "--no-cache", "-o", out, directory]);
        if (code !== 0) {
          // The link, followed within the context, leads to nothing there.
          assert.match(
            stderr,
            /^Error: building at STEP "COPY .*": .*(?:not found|no such file or directory)\n$/,
          );
          continue;
        }
        if (!lstatSync(join(out, "x/d"), { throwIfNoEntry: false })?.isDirectory()) continue;
        const file = join(out, "x/d/precious");
        if (!existsSync(file)) continue;
        assert.equal(readFileSync(file, "utf8"), "inside\n");
        copied++;
      }
      assert.ok((await swapper.stop()) > 0, "it was swapped");
      assert.ok(copied > 0, "some rounds found the directory");
    });
  }

  test("COPY through a link of the image writes beneath the image's root", async () => {
    const directory = makeContext(
      host,
      `FROM localhost/base\nRUN ln -s ${host.directory} /out; ln -s ../../../../../..${host.directory} /up\nCOPY Dockerfile /out/precious\nCOPY Dockerfile /up/precious\n`,
    );
    const { code, stderr } = await build(directory);
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(precious, "utf8"), "precious\n");
  });

  test("RUN sees no store, no secrets of others and no socket of the host's", async () => {
    writeFileSync(join(host.directory, "s1"), "first");
    const directory = makeContext(
      host,
      [
        "FROM localhost/base",
        "RUN --mount=type=secret,id=one test -f /run/secrets/one",
        `RUN ls /run/secrets ${host.dataDirectory} ${host.runtimeDirectory} /run/user 2>/dev/null; env | grep -c s1; grep -c tspod/images /proc/mounts; true`,
      ].join("\n"),
    );
    const { code, stdout, stderr } = await build(
      directory,
      "--secret",
      `id=one,src=${join(host.directory, "s1")}`,
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(printed(stdout), ["0", "0"]);
    const history = await host.ok([
      "history",
      "--no-trunc",
      "--format",
      "{{.CreatedBy}}",
      stdout.trim().split("\n").at(-1) ?? "",
    ]);
    assert.doesNotMatch(history, /first/);
  });

  /** Nothing below the store and the runtime directory holds a text; grep follows no links. */
  function assertOnNoDisk(text: string): void {
    const { stdout } = spawnSync("grep", ["-rl", text, host.dataDirectory, host.runtimeDirectory], {
      encoding: "utf8",
    });
    assert.equal(stdout, "");
  }

  for (const [name, mount, shown, args] of [
    ["file", "id=v", "$(cat /run/secrets/v)", ["--secret", `id=v,src=${join(host.directory, "s2")}`]],
    ["variable", "id=v,env=TOKEN", "$TOKEN", ["--secret", "id=v,env=HELD"]],
  ] as const) {
    test(`a secret as a ${name} is on no disk while the step runs, nor after a kill, nor after the end`, async () => {
      const secret = `${name}-s3cret-text`;
      writeFileSync(join(host.directory, "s2"), secret);
      const env = { HELD: secret };
      const lines = (wait: string) =>
        `FROM localhost/base\nRUN --mount=type=secret,${mount} test $(echo ${shown} | wc -c) = ${secret.length + 1} && echo held${wait}\n`;
      const directory = makeContext(host, lines("; sleep 100"));
      const running = host.start(["build", "--network", "none", ...args, directory], { env });
      await running.saw(/^held$/m);
      try {
        assertOnNoDisk(secret);
      } finally {
        running.child.kill("SIGKILL");
        await running.ended;
      }
      assertOnNoDisk(secret);
      const { code, stderr } = await host.tspod(
        ["build", "--network", "none", ...args, makeContext(host, lines(""))],
        { env },
      );
      assert.equal(code, 0, stderr);
      assertOnNoDisk(secret);
    });
  }
});
