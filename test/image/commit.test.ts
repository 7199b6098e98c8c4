import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makePodman } from "../support/podman.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
const podman = makePodman();
after(async () => {
  await podman.close();
  await world.close();
});
const { host } = world;
const at = (file: string) => join(host.directory, file);
const inspect = (image: string, format: string) => host.ok(["image", "inspect", "--format", format, image]);
const ownFiles = process.env.TSPOD_TEST_PROGRAM !== undefined && "our own layers";

const CHANGES = [
  "echo new > /etc/new",
  "ln /etc/new /etc/hard",
  "rm /etc/notes",
  "rm -rf /var/data; mkdir /var/data; echo only > /var/data/only",
  "rm -rf /home",
  "mkdir -p /d/e",
  "chown 5:6 /d",
  "chmod 4750 /etc/new",
  "ln -s nowhere /link",
  "mkfifo /fifo",
  "touch -d '2001-02-03 04:05:06' /etc/new",
  "touch \"/$(printf 'f\\303\\244')\"",
].join("; ");

/** Everything of a root file system but what each container has of its own. */
const LISTING = [
  "find / -xdev -type d ! -path / -exec stat -c '%n %f %u:%g %Y' {} +",
  "find / -xdev ! -type d -exec stat -c '%n %f %u:%g %s %Y %h %N' {} +",
]
  .map(
    (find) =>
      `${find} | grep -vE '^/(bin/.*|etc|(proc|sys|dev|run).*|etc/(hosts|hostname|resolv.conf|group|mtab)) '`,
  )
  .join("; ");

async function listFiles(engine: typeof host): Promise<string> {
  const lines = await engine.ok(["run", "--rm", "--network", "none", "made:1", "sh", "-c", LISTING]);
  return lines.split("\n").sort().join("\n");
}

await host.ok(["run", "--name", "changed", "--network", "none", IMAGE, "sh", "-c", CHANGES]);

describe("commit", () => {
  for (const flags of [[], ["--format", "docker"], ["--squash"]]) {
    test(`${flags.join(" ") || "plain"}: the image has the files as the container has them, for podman too`, async () => {
      const id = await host.ok(["commit", "-q", ...flags, "changed", "made:1"]);
      assert.equal(id, await inspect("made:1", "{{.Id}}"));
      const listing = await listFiles(host);
      assert.match(listing, /^\/etc\/new 89e8 0:0 4 \d+ 2 /m);
      assert.match(listing, /^\/d 41ed 5:6 /m);
      assert.match(listing, /link.* -> .?nowhere/);
      assert.doesNotMatch(listing, /^\/(?:home|etc\/notes|var\/data\/seed)/m);
      await host.ok(["save", "-q", "-o", at("made.tar"), "made:1"]);
      await podman.ok(["load", "-q", "-i", at("made.tar")]);
      assert.equal(await listFiles(podman), listing);
      assert.equal(await podman.ok(["image", "inspect", "--format", "{{.Id}}", "made:1"]), id);
      rmSync(at("made.tar"));
      await host.ok(["rmi", "made:1"]);
      await podman.ok(["rmi", "made:1"]);
    });
  }

  test("the same files give the same layer; umoci unpacks it", { skip: ownFiles }, async () => {
    await host.ok(["commit", "-q", "changed", "one"]);
    await host.ok(["commit", "-q", "--change", "ENV X=y", "changed", "two"]);
    const layers = "{{json .RootFS.Layers}}";
    assert.equal(await inspect("one", layers), await inspect("two", layers));
    assert.notEqual(await inspect("one", "{{.Id}}"), await inspect("two", "{{.Id}}"));
    const source = `${join(host.dataDirectory, "tspod/images")}:localhost/one:latest`;
    const bundle = at("bundle");
    await host.ok(["unshare", "umoci", "unpack", "--image", source, bundle]);
    assert.equal(readFileSync(join(bundle, "rootfs/var/data/only"), "utf8"), "only\n");
    assert.ok(!existsSync(join(bundle, "rootfs/etc/notes")));
    await host.ok(["unshare", "rm", "-rf", bundle]);
    await host.ok(["rmi", "one", "two"]);
  });

  test("settings of the container, and changes to them", async () => {
    const flags = [
      "-e",
      "A=b",
      "-w",
      "/tmp",
      "-u",
      "5",
      "-p",
      "18080:80",
      "--expose",
      "90",
      "--label",
      "x=y",
    ];
    const volumes = ["-v", "/anonymous", "-v", "named:/named", "--entrypoint", "foo"];
    await host.ok(["create", "--name", "set", ...flags, ...volumes, IMAGE, "cmd", "arg"]);
    await host.ok(["commit", "-q", "-a", "me <x>", "set", "settings"]);
    assert.equal(
      await inspect(
        "settings",
        "{{.User}} {{.Config.ExposedPorts}} {{.Config.Entrypoint}} {{.Config.Cmd}} {{.Config.Volumes}} {{.Config.WorkingDir}} {{.Config.Labels}} {{.Author}}",
      ),
      "5 map[80/tcp:{} 90/tcp:{}] [foo] [cmd arg] map[/anonymous:{}] /tmp map[x:y] me <x>",
    );
    assert.match(await inspect("settings", "{{.Config.Env}}"), /\bA=b\b/);
    const changes = ["--change", "CMD x", "--change", "ENV A=c", "--change", "ENTRYPOINT []"];
    await host.ok(["commit", "-q", "--include-volumes", ...changes, "set", "settings"]);
    assert.equal(
      await inspect("settings", "{{.Config.Cmd}} {{.Config.Volumes}}"),
      "[/bin/sh -c x] map[/anonymous:{} /named:{}]",
    );
    assert.match(await inspect("settings", "{{.Config.Env}}"), /\bA=c\b/);
    await host.ok(["rm", "-v", "set"]);
    await host.ok(["rmi", "settings"]);
    await host.ok(["image", "prune", "-f"]);
  });

  test("a running container, paused meanwhile; --iidfile, --message", async () => {
    await host.ok(["run", "-d", "--name", "runs", "--network", "none", IMAGE, "sleep", "1000"]);
    await host.ok(["exec", "runs", "sh", "-c", "echo live > /live"]);
    const id = await host.ok([
      ...["commit", "-q", "--pause", "--iidfile", at("iid"), "-f", "docker", "-m", "why", "runs"],
    ]);
    assert.equal(readFileSync(at("iid"), "utf8"), id);
    assert.equal(await host.ok(["inspect", "--format", "{{.State.Status}}", "runs"]), "running");
    assert.equal(await host.ok(["run", "--rm", "--network", "none", id, "cat", "/live"]), "live");
    assert.match(await inspect(id, "{{.Comment}} {{.ManifestType}}"), /^why application\/vnd\.docker\./);
    await host.ok(["rm", "-f", "-t", "0", "runs"]);
    await host.ok(["rmi", id]);
  });

  for (const [args, message] of [
    [["nosuch"], /^Error: no container with name or ID "nosuch" found: no such container\n/],
    [["-f", "foo", "changed"], /^Error: unrecognized image format "foo"\n/],
    [["-m", "x", "changed"], /messages are only compatible with the docker image format \(-f docker\)/],
    [["-c", "FOO x", "changed"], /^Error: invalid change "FOO x" - invalid instruction FOO\n/],
    [["changed", "UPPER"], /repository name must be lowercase/],
    [[], /^Error: accepts between 1 and 2 arg\(s\), received 0\n/],
  ] as const) {
    test(`refuses: ${args.join(" ")}`, async () => {
      const before = await host.ok(["images", "-q"]);
      const result = await host.tspod(["commit", ...args]);
      assert.equal(result.code, 125);
      assert.match(result.stderr, message);
      assert.equal(await host.ok(["images", "-q"]), before);
    });
  }

  test("nothing is left in tmp", { skip: ownFiles }, () => {
    const found = execFileSync("find", [join(host.dataDirectory, "tspod/tmp"), "-mindepth", "1"]);
    assert.equal(found.toString(), "");
  });
});
