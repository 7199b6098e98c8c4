import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

await host.ok(["pod", "create", "--name", "seen", "--label", "kind=test"]);
const pod = await host.ok(["pod", "ps", "-q", "--no-trunc"]);
await host.ok(["run", "-d", "--pod", "seen", "--name", "one", IMAGE, "sh", "-c", "echo from one; sleep 99"]);
await host.ok(["run", "-d", "--pod", "seen", "--name", "two", IMAGE, "sh", "-c", "echo from two; sleep 99"]);

test("pod logs shows all containers, or one", async () => {
  await until(async () => (await host.ok(["pod", "logs", "seen"])).split("\n").length === 2, "both lines");
  assert.deepEqual((await host.ok(["pod", "logs", "-n", "seen"])).split("\n").sort(), [
    "one from one",
    "two from two",
  ]);
  assert.equal(await host.ok(["pod", "logs", "-c", "two", "seen"]), "from two");
  const { code, stderr } = await host.tspod(["pod", "logs", "-c", "three", "seen"]);
  assert.deepEqual([code, stderr], [125, `Error: container three is not in pod seen: no such container\n`]);
});

test("logs and why take a pod's name", async () => {
  assert.deepEqual((await host.ok(["logs", "-n", "seen"])).split("\n").sort(), [
    "one from one",
    "two from two",
  ]);
  const alive = `pod seen (${pod.slice(0, 12)}): Running
  ${pod.slice(0, 12)}-infra  running
  one                 running
  two                 running`;
  assert.equal(await host.ok(["why", "seen"]), alive);
  const reach = await host.tspod(["why", "--reach", "one:80", "seen"]);
  assert.deepEqual(
    [reach.code, reach.stderr],
    [125, 'Error: --reach: "seen" is a pod: name one of its containers\n'],
  );
  await host.tspod(["run", "--pod", "seen", "--name", "broken", IMAGE, "sh", "-c", "echo oh; exit 3"]);
  const why = await host.ok(["why", "seen"]);
  assert.match(
    why,
    /^pod seen \(\w+\): Degraded\n(?: .*running\n){3} {2}broken +exited, exit code 3\n\nbroken /,
  );
  assert.match(why, /\nLog, its end:\n {2}oh\n\nTry: /);
  await host.ok(["rm", "broken"]);
  const none = await host.tspod(["logs", "nothing"]);
  assert.deepEqual(
    [none.code, none.stderr],
    [125, 'Error: no container with name or ID "nothing" found: no such container\n'],
  );
});

test("pod top shows the processes of all, under one heading", async () => {
  const [heading, ...rows] = (await host.ok(["pod", "top", "seen", "pid", "args"])).split("\n");
  assert.match(heading ?? "", /^PID +COMMAND *$/);
  assert.deepEqual(
    rows.map((row) => row.trim().replace(/ +/g, " ")).filter((row) => /pause|sleep/.test(row)),
    ["1 /pause", "1 sleep 99", "1 sleep 99"],
  );
});

test("pod stats of an unknown name ends before the screen is cleared", async () => {
  const { code, stdout, stderr } = await host.tspod(["pod", "stats", "nosuch"]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(stderr, /^Error: .*nosuch.*\n$/);
});

test("pod stats has a row for each container that runs", async () => {
  const names = await host.ok(["pod", "stats", "--no-stream", "--format", "{{.Pod}} {{.Name}}", "seen"]);
  const short = pod.slice(0, 12);
  assert.equal(names, `${short} ${short}-infra\n${short} one\n${short} two`);
  const json = JSON.parse(await host.ok(["pod", "stats", "--no-stream", "--format", "json"]));
  assert.deepEqual(
    json.map(({ Name }: { Name: string }) => Name),
    [`${short}-infra`, "one", "two"],
  );
});

test("filters of pod ps and ps", async () => {
  const fits = async (filter: string) =>
    (await host.ok(["pod", "ps", "--filter", filter, "--format", "{{.Name}}"])) === "seen";
  for (const filter of [
    "name=se",
    `id=${pod.slice(0, 5)}`,
    "status=running",
    "label=kind=test",
    "ctr-names=one",
    "ctr-number=3",
    "ctr-status=running",
  ])
    assert.ok(await fits(filter), filter);
  for (const filter of [
    "name=x",
    "status=exited",
    "label=kind=other",
    "ctr-number=2",
    "ctr-status=paused",
    "network=x",
  ])
    assert.equal(await fits(filter), false, filter);
  const bad = await host.tspod(["pod", "ps", "--filter", "nosuch=1"]);
  assert.deepEqual([bad.code, bad.stderr], [125, "Error: nosuch is an invalid filter\n"]);
  assert.equal(
    await host.ok(["ps", "--filter", "pod=seen", "--format", "{{.Names}}"]),
    `${pod.slice(0, 12)}-infra\none\ntwo`,
  );
  assert.equal(await host.ok(["ps", "--filter", "pod=other", "-q"]), "");
});

test("events tell what was done with a pod", async () => {
  await host.ok(["pod", "pause", "seen"]);
  await host.ok(["pod", "unpause", "seen"]);
  const events = await host.ok([
    "events",
    "--stream=false",
    "--filter",
    "type=pod",
    "--format",
    "{{.Type}} {{.Status}} {{.Name}}",
  ]);
  assert.equal(events, "pod create seen\npod pause seen\npod unpause seen");
});

test("inspect finds a pod, and a member names it", async () => {
  assert.equal(await host.ok(["inspect", "-f", "{{.ID}}", "seen"]), pod);
  assert.equal(
    await host.ok(["inspect", "--type", "pod", "-f", "{{.Id}} {{.SharedNamespaces}}", "seen"]),
    `${pod} [ipc net uts]`,
  );
  const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "seen"]);
  assert.equal(
    await host.ok([
      "inspect",
      "-f",
      "{{.Pod}} {{.IsInfra}} {{.Dependencies}} {{.HostConfig.NetworkMode}}",
      "one",
    ]),
    `${pod} false [${infra}] container:${infra}`,
  );
});

test("prune takes what does not run; rm -fa and rm --depend take pods whole", async () => {
  await host.ok(["pod", "create", "--name", "new"]);
  await host.ok(["pod", "stop", "-t", "0", "seen"]);
  assert.equal(await host.ok(["pod", "prune", "-f"]), pod);
  assert.equal(await host.ok(["pod", "ps", "--format", "{{.Name}}"]), "new");
  const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "new"]);
  const member = await host.ok(["create", "--pod", "new", IMAGE, "true"]);
  assert.equal(await host.ok(["rm", "--depend", infra]), `${member}\n${infra}`);
  await host.ok(["pod", "create", "--name", "last"]);
  await host.ok(["run", "-d", "--pod", "last", IMAGE, "sleep", "99"]);
  assert.equal((await host.ok(["rm", "-f", "-a", "-t", "0"])).split("\n").length, 2);
  assert.equal(await host.ok(["pod", "ps", "-q"]), "");
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("an empty pod has no logs", async () => {
  await host.ok(["pod", "create", "--name", "empty"]);
  const empty = await host.tspod(["logs", "empty"]);
  assert.deepEqual(
    [empty.code, empty.stderr],
    [125, "Error: pod empty has no containers that could have printed anything\n"],
  );
  await host.ok(["pod", "rm", "empty"]);
});

test("pod inspect draws a pod as svg, and for dot(1)", async () => {
  await host.ok(["pod", "create", "--name", "drawn", "-p", "127.0.0.1:8098:80", "-v", "data:/data"]);
  await host.ok(["create", "--pod", "drawn", "--name", "first", "--init-ctr", "always", IMAGE, "true"]);
  await host.ok(["create", "--pod", "drawn", "--name", "db", IMAGE, "sleep", "99"]);
  await host.ok([
    "create",
    "--pod",
    "drawn",
    "--name",
    "app",
    "--requires",
    "db",
    "-v",
    "/proc:/p:ro",
    IMAGE,
    "true",
  ]);
  const svg = await host.ok(["pod", "inspect", "--format", "svg", "drawn"]);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>$/s);
  const lines = [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, line]) => line);
  assert.deepEqual(lines, [
    "Pod drawn  Created",
    "  port 127.0.0.1:8098-&gt;80/tcp",
    `  init container first ${IMAGE}  created`,
    "    volume data at /data",
    `  container db ${IMAGE}  created`,
    "    after first",
    "    volume data at /data",
    `  container app ${IMAGE}  created`,
    "    after first, db",
    "    volume data at /data",
    "    volume /proc at /p (read-only)",
    "  volume data: volume data",
    "  volume /proc: hostPath /proc",
  ]);
  const dot = await host.ok(["pod", "inspect", "--format", "dot", "drawn"]);
  assert.ok(dot.split("\n").includes('  "pod drawn/app" -> "pod drawn/db" [label="after"]'), dot);
  assert.deepEqual(await host.tspod(["pod", "inspect", "--format", "svg", "nosuch"]), {
    code: 125,
    stdout: "",
    stderr: "Error: no pod with name or ID nosuch found: no such pod\n",
  });
});
