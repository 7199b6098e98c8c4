import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { busyboxLayer } from "../support/image.ts";
import { makeWorld } from "../support/world.ts";

/** The header of a program for a machine that this is not, and nothing else. */
const FOREIGN = Buffer.alloc(4096);
FOREIGN.write("\x7fELF\x02\x01\x01", "latin1");
FOREIGN.writeUInt16LE(2, 16);
FOREIGN.writeUInt16LE(22, 18);

const world = await makeWorld({
  images: {
    faulty: {
      layers: [
        [
          ...busyboxLayer(),
          { path: "bin/foreign", mode: 0o755, content: FOREIGN },
          { path: "bin/no-interpreter", mode: 0o755, content: "#!/usr/bin/perl\n" },
          { path: "bin/windows", mode: 0o755, content: "#!/bin/sh\r\necho\r\n" },
        ],
      ],
    },
  },
});
after(() => world.close());
const { host } = world;
const IMAGE = "test.localhost/faulty:latest";

/** What `why` says of a container that was run so. */
async function whyOf(name: string, args: readonly string[]): Promise<string> {
  await host.tspod(["run", "--name", name, ...args]);
  const result = await host.tspod(["why", name]);
  assert.equal(result.stderr, "");
  assert.equal(result.code, 0);
  return result.stdout;
}

describe("why: a program that can't be started", () => {
  for (const [name, command, says, suggestion] of [
    ["missing", "nosuch", /^Program: "nosuch" is not there: looked for .*\/bin\/nosuch/m, /--entrypoint sh/],
    ["relative", "./nosuch", /^Program: "\.\/nosuch" is not there/m, /--entrypoint sh/],
    ["directory", "/etc", /^Program: \/etc is a directory$/m, /--entrypoint sh/],
    ["mode", "/etc/notes", /^Program: \/etc\/notes is not executable: its mode is 0644$/m, /--entrypoint sh/],
    [
      "foreign",
      "foreign",
      /^Program: \/bin\/foreign is a program for s390x; this machine is /m,
      /pull --platform linux\//,
    ],
    [
      "interpreter",
      "no-interpreter",
      /^Program: \/bin\/no-interpreter needs \/usr\/bin\/perl, which is not there$/m,
      /sh/,
    ],
    [
      "windows",
      "windows",
      /^Program: \/bin\/windows has line ends of Windows: .*"\/bin\/sh\\r"$/m,
      /--entrypoint sh/,
    ],
  ] as const)
    test(name, async () => {
      const text = await whyOf(name, [IMAGE, command]);
      assert.match(text, says);
      assert.match(
        text,
        /^State: (it was never started|exit code 1: the runtime could not start its program, .*)$/m,
      );
      assert.match(text, new RegExp(`^Try: tspod .*${suggestion.source}`, "m"));
    });
});

describe("why: how a container ended", () => {
  for (const [name, script, says] of [
    ["own-code", "echo the reason >&2; exit 3", /^State: exit code 3: the program's own, .* ago$/m],
    ["not-found", "no-such-program", /^State: exit code 127: a command was not found, /m],
    ["well", "true", /^State: exit code 0: it did its work, /m],
  ] as const)
    test(name, async () => assert.match(await whyOf(name, [IMAGE, "sh", "-c", script]), says));

  test("the end of its log is shown", async () => {
    const text = await whyOf("logging", [IMAGE, "sh", "-c", "seq 30; echo the reason >&2; exit 1"]);
    assert.match(
      text,
      /^Log, its end:\n {2}22\n(.*\n)* {2}30\n {2}the reason\n\nTry: tspod logs logging\n$/m,
    );
  });

  test("timeout", async () => {
    assert.match(
      await whyOf("late", ["--timeout", "1", IMAGE, "sleep", "100"]),
      /killed after the 1 s that --timeout gave it/,
    );
  });

  test("killed", async () => {
    await host.ok(["run", "-d", "--name", "killed", IMAGE, "sleep", "100"]);
    await host.ok(["kill", "killed"]);
    assert.equal(await host.ok(["wait", "killed"]), "137");
    assert.match(await host.ok(["why", "killed"]), /^State: exit code 137: ended by SIGKILL, /m);
  });

  test("a running one", async () => {
    assert.match(
      await whyOf("running", ["-d", IMAGE, "sleep", "100"]),
      /^State: it is running$(.|\n)*^Log: nothing\n\nTry: tspod logs --follow running$/m,
    );
  });
});

describe("why: bind mounts", () => {
  test("a directory that the container's user can't write", async () => {
    const data = join(host.directory, "shared");
    mkdirSync(data);
    chmodSync(data, 0o755);
    const text = await whyOf("bound", ["-v", `${data}:/data`, "-u", "1000", IMAGE, "touch", "/data/file"]);
    assert.match(
      text,
      /^Bind mount: .*\/shared -> \/data: belongs to uid 0 in the container \(host uid \d+\), mode 0755; the container's process is uid 1000 in the container \(host uid \d+\): it can't write there$/m,
    );
    assert.match(
      text,
      /^Try: tspod run --userns keep-id:uid=1000,gid=1000 … \(or -u 0\), since the files are yours$/m,
    );
  });

  test("what it suggests helps", async () => {
    const data = join(host.directory, "shared");
    for (const flags of [
      ["--userns", "keep-id:uid=1000,gid=1000", "-u", "1000"],
      ["-u", "0"],
    ])
      await host.ok(["run", "--rm", ...flags, "-v", `${data}:/data`, IMAGE, "touch", "/data/file"]);
    await host.ok(["unshare", "rm", "-rf", data]);
  });

  test("a directory of another of the user's ids is given away", async () => {
    const data = join(host.directory, "others");
    mkdirSync(data);
    await host.ok(["unshare", "chown", "5:5", data]);
    const text = await whyOf("other", ["-v", `${data}:/data`, "-u", "1000", IMAGE, "touch", "/data/file"]);
    assert.match(text, /^Try: tspod unshare chown -R 1000:1000 .*\/others$/m);
    await host.ok(["unshare", "rm", "-rf", data]);
  });

  test("what is not the user's to give, or is their home, is not to be given away", async () => {
    for (const [source, advice] of [
      ["/etc", "tspod logs"],
      [host.env.HOME ?? "/", "tspod run --userns keep-id"],
    ] as const) {
      const name = `keeps-${source.length}`;
      const text = await whyOf(name, ["-v", `${source}:/data`, "-u", "1000", IMAGE, "false"]);
      assert.match(text, /^Bind mount: .*: it can't (read|write) there$/m);
      assert.match(text, new RegExp(`^Try: ${advice}`, "m"));
    }
  });

  test("a source that can't be looked at any more", async () => {
    const data = join(host.directory, "turning");
    mkdirSync(data);
    await host.ok(["create", "--name", "turned", "-v", `${data}:/data`, IMAGE, "true"]);
    rmdirSync(data);
    symlinkSync("turning", data);
    const text = await host.ok(["why", "turned"]);
    assert.match(
      text,
      /^Bind mount: .*\/turning -> \/data: the source can't be looked at: too many levels of symbolic links$/m,
    );
    assert.match(text, /^Try: ls -ld .*\/turning$/m);
  });

  test("a source that has gone", async () => {
    const text = await host.ok(["why", "bound"]);
    assert.match(text, /^Bind mount: .*\/shared -> \/data: the source is not there$/m);
    assert.match(text, /^Try: mkdir -p .*\/shared && tspod start bound$/m);
  });
});

describe("why: bad input", () => {
  for (const [args, says] of [
    [["why"], /^Error: specify one container name or ID/],
    [["why", "nosuch"], /^Error: no container with name or ID "nosuch" found: no such container\n$/],
    [["why", "--tail", "-1", "well"], /^Error: --tail -1: must not be negative/],
  ] as const)
    test(args.join(" "), async () => {
      const result = await host.tspod(args);
      assert.equal(result.code, 125);
      assert.match(result.stderr, says);
    });
});
