import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { TSPOD } from "../support/program.ts";
import { startUploadRegistry } from "../support/upload-registry.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({ pull: false });
const uploads = await startUploadRegistry();
after(async () => {
  await uploads.close();
  await world.close();
});
const { host, registry } = world;
registry.add("other", "latest", makeImage({ config: { Labels: { of: "other" } } }));
const OTHER = "test.localhost/other:latest";
const archive = join(host.directory, "app.tar");

/** The events of images since the last call: `STATUS NAME`. */
let since = Date.now() / 1000;
async function told(): Promise<string[]> {
  const lines = await host.ok([
    "events",
    "--stream=false",
    ...["--since", String(since), "--filter", "type=image", "--format", "{{.Status}} {{.Name}}"],
  ]);
  since = Date.now() / 1000;
  return lines === "" ? [] : lines.split("\n");
}

async function idOf(name: string): Promise<string> {
  return await host.ok(["image", "inspect", "--format", "{{.Id}}", name]);
}

describe("each operation on images tells its own events", () => {
  test("pull: what is asked for, here already or not, from a registry or from files", async () => {
    await host.ok(["pull", "-q", IMAGE]);
    assert.deepEqual(await told(), [`pull ${IMAGE}`]);
    await host.ok(["pull", "-q", "--policy", "missing", "busybox"]);
    assert.deepEqual(await told(), ["pull busybox"]);
    await host.ok(["save", "-q", "-o", archive, IMAGE]);
    assert.deepEqual(await told(), [`save ${archive}`]);
    await host.ok(["pull", "-q", `docker-archive:${archive}`]);
    assert.deepEqual(await told(), [`pull docker-archive:${archive}`]);
  });

  test("pull: the event has the image's ID", async () => {
    const begin = String(Date.now() / 1000);
    await host.ok(["pull", "-q", IMAGE]);
    const ids = await host.ok([
      "events",
      "--stream=false",
      ...["--since", begin, "--filter", "event=pull", "--format", "{{.ID}}"],
    ]);
    assert.equal(ids, (await idOf(IMAGE)).replace("sha256:", ""));
    await told();
  });

  test("pull-error: with what went wrong", async () => {
    const { code, stderr } = await host.tspod(["pull", "-q", "test.localhost/none"]);
    assert.equal(code, 125);
    const begin = String(since);
    assert.deepEqual(await told(), ["pull-error test.localhost/none"]);
    const json = await host.ok([
      "events",
      "--stream=false",
      ...["--since", begin, "--filter", "event=pull-error", "--format", "json"],
    ]);
    assert.equal(`Error: ${JSON.parse(json).Error}\n`, stderr);
  });

  test("run and create: only where they pull", async () => {
    await host.ok(["run", "--rm", "-q", OTHER, "true"]);
    assert.deepEqual(await told(), [`pull ${OTHER}`]);
    await host.ok(["run", "--rm", "-q", OTHER, "true"]);
    assert.deepEqual(await told(), []);
  });

  test("tag, untag, rmi of a name, rmi of the last one", async () => {
    await host.ok(["tag", OTHER, "mine:1", "mine:2"]);
    assert.deepEqual(await told(), ["tag mine:1", "tag mine:2"]);
    await host.ok(["untag", OTHER, "mine:1"]);
    assert.deepEqual(await told(), ["untag localhost/mine:1"]);
    await host.ok(["rmi", "mine:2"]);
    assert.deepEqual(await told(), ["untag localhost/mine:2"]);
    await host.ok(["rmi", OTHER]);
    assert.deepEqual(await told(), [`untag ${OTHER}`, `remove ${OTHER}`]);
    await host.ok(["pull", "-q", OTHER]);
    await told();
    await host.ok(["rmi", await idOf(OTHER)]);
    assert.deepEqual(await told(), [`untag ${OTHER}`, "remove "]);
  });

  test("load, push, image prune", async () => {
    await host.ok(["load", "-q", "-i", archive]);
    assert.deepEqual(await told(), [`loadfromarchive ${archive}`]);
    const destination = `${uploads.address}/app:1`;
    await host.ok(["push", "-q", "--tls-verify=false", IMAGE, destination]);
    assert.deepEqual(await told(), [`push ${destination}`]);
    await host.ok(["pull", "-q", OTHER]);
    await told();
    await host.ok(["image", "prune", "-f", "-a", "--filter", `reference=${OTHER}`]);
    assert.deepEqual(await told(), [`untag ${OTHER}`, "remove "]);
  });

  test("build: once, whatever names it gives", async () => {
    const directory = join(host.directory, "built");
    mkdirSync(directory);
    writeFileSync(join(directory, "Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    await host.ok(["build", "-q", "-t", "built:1", "-t", "built:2", directory]);
    const id = await idOf("built:1");
    assert.deepEqual(await told(), [`build ${id.replace("sha256:", "")}`]);
  });

  test("mount and unmount of an image, commit of a container", async () => {
    const script = '"$0" image mount "$1" && "$0" image unmount "$1"';
    await host.ok(["unshare", "sh", "-c", script, TSPOD, IMAGE]);
    assert.deepEqual(await told(), [`mount ${IMAGE}`, `unmount ${IMAGE}`]);
    await host.ok(["create", "--name", "source", IMAGE, "true"]);
    const begin = String(Date.now() / 1000);
    await host.ok(["commit", "-q", "source", "made"]);
    const events = await host.ok([
      "events",
      "--stream=false",
      ...["--since", begin, "--filter", "event=commit", "--format", "{{.Type}} {{.Name}}"],
    ]);
    assert.equal(events, "container source");
  });
});
