import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/* `--mount type=artifact`, as Podman 5.8.6 does it. */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const ONE = "sha256:2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";

before(async () => {
  writeFileSync(join(host.directory, "one.txt"), "one\n");
  writeFileSync(join(host.directory, "two.json"), "two2\n");
  await host.ok(["artifact", "add", "m:1", "one.txt", "two.json"]);
  await host.ok(["artifact", "add", "s:1", "one.txt"]);
});

const run = (mount: string, ...command: string[]) =>
  host.tspod(["run", "--rm", "--network", "none", "--mount", `type=artifact,${mount}`, IMAGE, ...command]);

describe("what is mounted where", () => {
  for (const [mount, script, expected] of [
    ["src=s:1,dst=/f", "cat /f", "one"],
    ["src=m:1,dst=/f", "cd /f; ls; cat *", "one.txt\ntwo.json\none\ntwo2"],
    ["src=s:1,dst=/etc", "cat /etc/one.txt; ls -d /etc/hosts", "one\n/etc/hosts"],
    ["src=m:1,dst=/etc", "cat /etc/one.txt /etc/two.json", "one\ntwo2"],
    ["src=m:1,dst=/f,title=two.json", "cat /f", "two2"],
    [`src=m:1,dst=/f,digest=${ONE}`, "cat /f", "one"],
    ["src=m:1,dst=/f,name=foo", "ls /f; cat /f/foo-1", "foo-0\nfoo-1\ntwo2"],
    ["src=s:1,dst=/f,name=foo", "cat /f", "one"],
    ["src=s:1,dst=/etc,name=foo", "cat /etc/foo", "one"],
    ["source=m:1,target=/f,title=one.txt,name=foo", "cat /f", "one"],
  ] as const)
    test(mount, async () => {
      const result = await run(mount, "sh", "-c", script);
      assert.deepEqual(result, { code: 0, stdout: `${expected}\n`, stderr: "" });
    });

  test("for an unprivileged user of the container, and in a user namespace of its own", async () => {
    const mount = ["--mount", "type=artifact,src=s:1,dst=/f", IMAGE, "cat", "/f"];
    assert.equal(await host.ok(["run", "--rm", "--user", "1000", ...mount]), "one");
    assert.equal(await host.ok(["run", "--rm", "--userns", "keep-id", ...mount]), "one");
  });

  test("it can't be written to, and cp reads it", async () => {
    const result = await run("src=s:1,dst=/f", "sh", "-c", "echo x > /f");
    assert.equal(result.code, 1);
    assert.match(result.stderr, /Read-only file system/);
    const mount = ["--mount", "type=artifact,src=m:1,dst=/f"];
    await host.ok(["run", "-d", "--name", "made", ...mount, IMAGE, "sleep", "1000"]);
    await host.ok(["cp", "made:/f/two.json", "copied"]);
    assert.equal(readFileSync(join(host.directory, "copied"), "utf8"), "two2\n");
    await host.ok(["rm", "-ft0", "made"]);
    assert.equal(await host.ok(["artifact", "inspect", "-f", "{{.TotalSizeBytes}}", "s:1"]), "4");
  });
});

describe("what is refused", () => {
  for (const [mount, code, message] of [
    ["src=m:1,dst=/f,title=nope", 126, 'no blob with the title "nope"'],
    ["src=nosuch:1,dst=/f", 126, "nosuch:1: artifact does not exist"],
    ["dst=/f", 125, "must set source and destination for artifact volume"],
    ["src=m:1", 125, "must set source and destination for artifact volume"],
    ["src=m:1,dst=/f,ro", 125, "ro: invalid mount option"],
    ["src=m:1,dst=/f,subpath=a", 125, "subpath: invalid mount option"],
    ["src=m:1,dst=/f,title=a,digest=b", 126, "cannot specify both digest and title"],
    ["src=m:1,dst=/f,name=../x", 125, 'name "../x" must not contain "/": it is that of a file'],
  ] as const)
    test(mount, async () => {
      const result = await run(mount, "true");
      assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
      assert.equal(result.stderr.split("\n")[0], `Error: ${message}`);
    });
});

test("a removed artifact stays in a running container, and keeps it from starting again", async () => {
  await host.ok(["artifact", "add", "gone:1", "one.txt", "two.json"]);
  const mount = ["--mount", "type=artifact,src=gone:1,dst=/f"];
  await host.ok(["run", "-d", "--name", "c", "--network", "none", ...mount, IMAGE, "sleep", "1000"]);
  await host.ok(["artifact", "rm", "gone:1"]);
  assert.equal(await host.ok(["exec", "c", "cat", "/f/one.txt"]), "one");
  const again = await host.tspod(["restart", "-t0", "c"]);
  assert.equal(again.code, 125);
  assert.match(again.stderr, /^Error: .*gone:1: artifact does not exist\n$/);
  await host.ok(["rm", "-f", "c"]);
});
