import assert from "node:assert/strict";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({ pull: false });
after(() => world.close());
const { host } = world;
const imageExists = async () => (await host.tspod(["image", "exists", IMAGE])).code === 0;
const runRmi = (...args: string[]) => host.tspod(["run", "--quiet", "--rmi", ...args]);

test("the image goes, and the container; output, input and exit code are the command's", async () => {
  const result = await host.tspod(
    ["run", "-q", "--rmi", "-i", IMAGE, "sh", "-c", "cat; echo err >&2; exit 6"],
    {
      input: "given",
    },
  );
  assert.deepEqual(result, { code: 6, stdout: "given", stderr: "err\n" });
  assert.equal(await imageExists(), false);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("signals reach the container", async () => {
  const script = 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done';
  const running = host.start(["run", "--quiet", "--rmi", IMAGE, "sh", "-c", script]);
  await running.saw(/ready/);
  process.kill(running.pid, "SIGTERM");
  assert.equal((await running.ended).code, 9);
  assert.equal(await imageExists(), false);
});

test("inspect tells that the image goes, too, and of no other container", async () => {
  const removed = "{{.HostConfig.AutoRemove}} {{.HostConfig.AutoRemoveImage}}";
  const running = host.start([
    "run",
    "--quiet",
    "--rmi",
    "--name",
    "going",
    IMAGE,
    "sh",
    "-c",
    "echo up; sleep 100",
  ]);
  await running.saw(/up/);
  assert.equal(await host.ok(["inspect", "--format", removed, "going"]), "true true");
  await host.ok(["run", "--quiet", "--rm", "-d", "--name", "staying", IMAGE, "sleep", "100"]);
  assert.equal(await host.ok(["inspect", "--format", removed, "staying"]), "true false");
  await host.ok(["rm", "-f", "-t", "0", "staying"]);
  await host.ok(["stop", "-t", "0", "going"]);
  assert.equal((await running.ended).code, 137);
  assert.equal(await imageExists(), false);
});

test("an image that others use stays, and that is no failure", async () => {
  await host.ok(["run", "--quiet", "--name", "user", IMAGE, "true"]);
  const { code, stderr } = await runRmi(IMAGE, "true");
  assert.equal(code, 0);
  assert.match(stderr, /ERRO\[0000\] .*in use/);
  assert.equal(await imageExists(), true);
});

test("refused with --rm=false", async () => {
  const notRemoved = await runRmi("--rm=false", IMAGE, "true");
  assert.deepEqual(notRemoved, {
    code: 125,
    stdout: "",
    stderr: "Error: the --rmi option does not work without --rm\n",
  });
});

test("rmi --all takes images in the order in which they came, not the newest first", async () => {
  await host.ok(["pull", "--quiet", IMAGE]);
  await host.ok(["create", "--name", "origin", IMAGE]);
  await host.ok(["commit", "--quiet", "-c", "LABEL a=b", "origin", "later"]);
  const ids = await Promise.all(
    [IMAGE, "later"].map((name) => host.ok(["image", "inspect", "-f", "{{.Id}}", name])),
  );
  const { code, stdout, stderr } = await host.tspod(["rmi", "--all", "--force"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    `Untagged: ${IMAGE}`,
    "Untagged: localhost/later:latest",
    ...ids.map((id) => `Deleted: ${id}`),
  ]);
});
