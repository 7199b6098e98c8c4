import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/* Images of another store, which is only read: --storage-opt overlay.imagestore, storage.conf. */

const world = await makeWorld({ pull: false });
after(() => world.close());
const { host } = world;
const shared = join(host.dataDirectory, "shared,1:2"); // both would end a path in an overlay's options
await host.ok(["--root", shared, "pull", "--quiet", IMAGE]);
const before = allFiles();

const configuration = join(host.configDirectory, "containers/storage.conf");
mkdirSync(join(host.configDirectory, "containers"));
configure(shared);

/** Every path with its type, owner, mode, size and times: reading changes none of them. */
function allFiles(): string {
  return execFileSync("find", [shared, "-mindepth", "1", "-printf", "%p %y %u %m %s %T@ %C@\n"], {
    encoding: "utf8",
  });
}

/** A comma ends a path of --storage-opt, as in Podman, so most of these tests name it here. */
function configure(...stores: readonly string[]): void {
  const list = JSON.stringify(stores);
  writeFileSync(
    configuration,
    `[storage]\ndriver = "overlay"\n[storage.options]\nadditionalimagestores = ${list}\n`,
  );
}

async function fails(args: readonly string[], line: RegExp): Promise<void> {
  const { code, stdout, stderr } = await host.tspod(args);
  assert.equal(stdout, "");
  assert.match(stderr, line);
  assert.equal(code, 125);
}

function filesIn(directory: string): string[] {
  return readdirSync(join(host.dataDirectory, "tspod", directory));
}

describe("an image of another store", () => {
  test("is listed, as read-only; looking at it puts nothing into our own store", async () => {
    const [heading = "", line = ""] = (await host.ok(["images"])).split("\n");
    assert.match(heading, /SIZE +R\/O$/);
    assert.match(line, /^test\.localhost\/busybox +latest .* true$/);
    const names = ["--format", "{{.Repository}} {{.ReadOnly}}"];
    assert.equal(await host.ok(["images", ...names]), "test.localhost/busybox true");
    assert.equal(await host.ok(["images", "--filter", "readonly=false", ...names]), "");
    assert.equal(await host.ok(["images", "--filter", "readonly=true", "-q"]).then((id) => id.length), 12);
    assert.match(await host.ok(["images", "--format", "json"]), /"ReadOnly": true/);
    assert.equal(await host.ok(["inspect", "--format", "{{.RepoTags}}", "busybox"]), `[${IMAGE}]`);
    await host.ok(["image", "exists", "busybox"]);
    assert.match(await host.ok(["history", "--format", "{{.Size}}", "busybox"]), /MB/);
    assert.match(
      await host.ok(["image", "tree", "busybox"]),
      /ID: [0-9a-f]{12} Size: +[\d.]+MB Top Layer of/,
    );
    assert.match(
      await host.ok(["system", "df", "--format", "{{.Type}} {{.Total}} {{.Size}}"]),
      /^Images 1 [\d.]+MB/,
    );
    assert.equal(await host.ok(["info", "--format", "{{.Store.ImageStore.Number}}"]), "1");
    assert.deepEqual([filesIn("layers"), filesIn("images/blobs/sha256")], [[], []]);
  });

  test("runs, without a pull, and in a user namespace with other ids", async () => {
    const run = ["run", "--rm", "--pull=never"];
    assert.equal(await host.ok([...run, IMAGE, "echo", "runs"]), "runs");
    assert.equal(await host.ok([...run, "--userns=keep-id", IMAGE, "stat", "-c", "%u", "/bin/busybox"]), "0");
    assert.equal(await host.ok([...run, "--userns=auto", IMAGE, "stat", "-c", "%u", "/bin/busybox"]), "0");
    assert.equal(
      await host.ok([...run, "--mount", `type=image,source=${IMAGE},target=/i`, IMAGE, "ls", "/i/bin/sh"]),
      "/i/bin/sh",
    );
  });

  test("is not removed, nor is one of its names", async () => {
    await fails(["rmi", IMAGE], /^Error: cannot remove read-only image "[0-9a-f]{64}"\n$/);
    await fails(["untag", IMAGE], /^Error: cannot untag read-only image "[0-9a-f]{64}"\n$/);
    await host.ok(["rmi", "--all"]);
    await host.ok(["image", "prune", "--all", "--force"]);
    await host.ok(["system", "prune", "--all", "--force"]);
    assert.equal(await host.ok(["images", "-q"]).then((id) => id.length), 12);
    assert.deepEqual(filesIn("layers"), [], "what no container uses is not kept");
  });

  test("with a container: ps names it, prune leaves its layers, commit, build, save and tag stand on it", async () => {
    await host.ok(["run", "-d", "--name", "box", "--userns=keep-id", IMAGE, "sleep", "1000"]);
    assert.equal(await host.ok(["ps", "--format", "{{.Image}}"]), IMAGE);
    await host.ok(["system", "prune", "--all", "--force"]);
    assert.equal(await host.ok(["exec", "box", "echo", "up"]), "up");
    await host.ok(["exec", "--user", "0", "box", "touch", "/made"]);
    await host.ok(["commit", "--quiet", "box", "committed"]);
    await host.ok(["rm", "-f", "-t", "0", "box"]);
    assert.equal(await host.ok(["run", "--rm", "committed", "ls", "/made"]), "/made");
    writeFileSync(join(host.directory, "Containerfile"), `FROM ${IMAGE}\nRUN echo built > /built\n`);
    await host.ok([
      "build",
      "-q",
      "-t",
      "built",
      "-f",
      join(host.directory, "Containerfile"),
      host.directory,
    ]);
    assert.equal(await host.ok(["run", "--rm", "built", "cat", "/built"]), "built");
    const archive = join(host.directory, "saved.tar");
    await host.ok(["save", "--quiet", "-o", archive, IMAGE]);
    await host.ok(["--root", join(host.dataDirectory, "third"), "load", "--quiet", "-i", archive]);
    await host.ok(["tag", IMAGE, "mine:1"]);
    await host.ok(["push", "--quiet", IMAGE, `oci:${host.directory}/layout:1`]);
    assert.equal(
      await host
        .ok(["images", "--format", "{{.ReadOnly}}", "mine:1"])
        .then((text) => text.split("\n").sort().join(" ")),
      "false true",
    );
    assert.equal(await host.ok(["system", "check"]), "");
    await host.ok(["rmi", "-f", "mine:1", "built", "committed"]);
  });

  test("goes away: a start says which store, what was pulled again runs, and the container is removed", async () => {
    await host.ok(["create", "--name", "box", IMAGE, "echo", "back"]);
    const away = `${shared}-away`;
    renameSync(shared, away);
    configure();
    await fails(
      ["start", "box"],
      new RegExp(
        `layer "sha256:[0-9a-f]{64}" was in the image store "${shared}": bring that back, or pull its image`,
      ),
    );
    renameSync(away, shared);
    assert.equal(await host.ok(["start", "--attach", "box"]), "back");
    renameSync(shared, away);
    await host.ok(["pull", "--quiet", IMAGE]);
    assert.equal(await host.ok(["start", "--attach", "box"]), "back");
    await host.ok(["rm", "box"]);
    renameSync(away, shared);
    configure(shared);
    await host.ok(["rmi", IMAGE]);
  });

  test("is pulled into our own store, too, where that is asked for", async () => {
    await host.ok(["pull", "--quiet", IMAGE]);
    const rows = await host.ok([
      "images",
      "--format",
      "{{.Repository}} {{.ReadOnly}}",
      "test.localhost/busybox",
    ]);
    assert.deepEqual(rows.split("\n"), ["test.localhost/busybox false", "test.localhost/busybox true"]);
    await host.ok(["rmi", IMAGE]);
  });

  test("a kill of a run at any moment changes nothing there", async () => {
    for (const wait of [5, 20, 40, 80]) {
      const running = host.start(["run", "--rm", "--userns=keep-id", IMAGE, "true"]);
      await new Promise((resolve) => setTimeout(resolve, wait));
      running.child.kill("SIGKILL");
      await running.ended;
    }
    await until(async () => (await host.tspod(["rm", "-af", "-t", "0"])).code === 0, "the removal");
    assert.equal(await host.ok(["run", "--rm", IMAGE, "echo", "runs"]), "runs");
  });

  test("is where it was: nothing was written into its store", () => assert.equal(allFiles(), before));
});

describe("--storage-opt", () => {
  test("info shows what is named", async () => {
    const [one, two] = [join(host.directory, "one"), join(host.directory, "two")];
    mkdirSync(one);
    mkdirSync(two);
    const options = [one, two].flatMap((path) => ["--storage-opt", `overlay.imagestore=${path}`]);
    const format = [
      "info",
      "--format",
      '{{index .Store.GraphOptions "overlay.additionalImageStores"}} {{index .Store.GraphOptions "overlay.imagestore"}}',
    ];
    assert.equal(await host.ok([...options, ...format]), `[${one} ${two}] ${two}`);
    assert.equal(await host.ok([...options, "images", "-q"]), "", "storage.conf does not count then");
    assert.deepEqual([readdirSync(one), readdirSync(two)], [[], []]);
    assert.equal(
      await host.ok(["--storage-opt", "", "info", "--format", "{{.Store.GraphOptions}}"]),
      "map[]",
    );
  });

  test("what is no store is refused in Podman's words", async () => {
    const images = (path: string) => ["--storage-opt", `overlay.imagestore=${path}`, "images"];
    await fails(
      images("rel"),
      /^Error: configure storage: overlay: image path "rel" is not absolute\. {2}Can not be relative\n$/,
    );
    await fails(
      images("/no/such"),
      /^Error: configure storage: overlay: can't stat imageStore dir \/no\/such: stat \/no\/such: no such file or directory\n$/,
    );
    await fails(
      images("/etc/passwd"),
      /^Error: configure storage: overlay: image path "\/etc\/passwd" must be a directory\n$/,
    );
    await fails(
      ["--storage-opt", "overlay.size=1G", "images"],
      /^Error: --storage-opt overlay\.size=1G is not supported/,
    );
  });

  test("a store in Podman's format is passed over, with one line", async () => {
    const podmans = join(host.directory, "podmans");
    mkdirSync(join(podmans, "overlay-images"), { recursive: true });
    const { code, stderr, stdout } = await host.tspod([
      "--storage-opt",
      `imagestore=${podmans}`,
      "images",
      "-q",
    ]);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^WARN\[0000\] the image store ".*\/podmans" is passed over: it is in Podman's format, which tspod does not read\n$/,
    );
    assert.equal(code, 0);
  });

  test("a damaged list in storage.conf is named with its line", async () => {
    writeFileSync(configuration, "[storage.options]\nadditionalimagestores = 5\n");
    await fails(["images"], /storage\.conf:2: additionalimagestores must be a list of strings\n$/);
    rmSync(configuration);
    assert.equal(await host.ok(["images", "-q"]), "");
  });
});
