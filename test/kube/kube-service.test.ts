import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const pod = (name: string, command: string) =>
  `{kind: Pod, metadata: {name: ${name}}, spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: c, image: ${IMAGE}, imagePullPolicy: Never, command: [sh, -c, "${command}"]}]}}\n`;

/** A file of that content, and what its service container is called. */
function put(content: string): { file: string; service: string } {
  const file = join(host.directory, "pods.yaml");
  writeFileSync(file, content);
  return { file, service: `${createHash("sha256").update(content).digest("hex").slice(0, 12)}-service` };
}

const PLAY = ["kube", "play", "--network=none", "--service-container=true"];
const state = (name: string) => host.ok(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name]);

test("a service container runs as long as one of the pods, and goes with the last of them", async () => {
  const { file, service } = put(`${pod("long", "sleep 99")}---\n${pod("short", "sleep 1")}`);
  await host.ok([...PLAY, file]);
  assert.equal(
    await host.ok(["inspect", "-f", "{{.IsService}} {{.IsInfra}} {{.Pod}}", service]),
    "true false ",
  );
  await until(
    async () => (await host.ok(["pod", "inspect", "-f", "{{.State}}", "short"])) === "Exited",
    "short",
  );
  assert.equal(await state(service), "running 0");
  const id = await host.ok(["inspect", "-f", "{{.Id}}", service]);
  const result = await host.tspod(["rm", "-f", service]);
  assert.equal(result.code, 125);
  assert.match(
    result.stderr,
    new RegExp(
      `^Error: container ${id} is the service container of pod\\(s\\) \\w{64},\\w{64} and cannot be removed without`,
    ),
  );
  await host.ok(["kill", "long-c"]);
  await until(async () => (await state(service)) === "exited 0", "the service container's end");
  await host.ok(["pod", "rm", "long"]);
  assert.equal((await host.tspod(["container", "exists", service])).code, 0);
  await host.ok(["pod", "rm", "short"]);
  assert.equal((await host.tspod(["container", "exists", service])).code, 1);
});

test("where all pods have ended before it starts, it ends, too; kube down takes it along", async () => {
  const { file, service } = put(pod("gone", "true"));
  await host.ok([...PLAY, file]);
  await until(async () => (await state(service)) === "exited 0", "the service container's end");
  // Played again: in a new service.
  const before = await host.ok(["inspect", "-f", "{{.Id}}", service]);
  await host.ok([...PLAY, "--replace", file]);
  assert.notEqual(await host.ok(["inspect", "-f", "{{.Id}}", service]), before);
  await host.ok(["kube", "down", file]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("a play that fails leaves no service container", async () => {
  const { file } = put(
    pod("bad", "true")
      .replace("Never, terminationGracePeriodSeconds: 1", "Never")
      .replace("[sh, -c", "[/nonexistent"),
  );
  const result = await host.tspod([...PLAY, file]);
  assert.equal(result.code, 125);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

const pair = (one: string, two: string) =>
  pod("pair", one).replace(
    "]}}",
    `, {name: d, image: ${IMAGE}, imagePullPolicy: Never, command: [sh, -c, "${two}"]}]}}`,
  );

// As Podman's: 137 is the code of a service container that its monitor has killed.
for (const [mode, one, two, code] of [
  ["all", "exit 0", "exit 3", 0],
  ["all", "exit 2", "exit 3", 137],
  ["any", "exit 0", "exit 0", 0],
  ["any", "exit 0", "exit 3", 137],
  ["none", "exit 2", "exit 3", 0],
] as const)
  test(`--service-exit-code-propagation ${mode}: ${one} and ${two}`, async () => {
    const { file, service } = put(pair(one, two));
    await host.ok([...PLAY, `--service-exit-code-propagation=${mode}`, file]);
    assert.equal(await host.ok(["inspect", "-f", "{{.KubeExitCodePropagation}}", service]), mode);
    assert.equal(await host.ok(["wait", service]), String(code));
    await host.ok(["kube", "down", file]);
    assert.equal(await host.ok(["ps", "-aq"]), "");
  });

test("a container whose monitor was killed has failed; one that is taken down has not", async () => {
  const { file, service } = put(pair("exec sleep 3", "exit 0"));
  await host.ok([...PLAY, "--service-exit-code-propagation=any", file]);
  process.kill(Number(await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", "pair-c"])), "SIGKILL");
  assert.equal(await host.ok(["wait", service]), "137");
  await host.ok(["kube", "down", file]);
  const running = put(pair("exec sleep 99", "exec sleep 99"));
  await host.ok([...PLAY, "--service-exit-code-propagation=any", running.file]);
  await host.ok(["kube", "down", running.file]);
  const died = ["--filter", `container=${running.service}`, "--filter", "event=died"];
  assert.equal(
    await host.ok(["events", "--stream=false", ...died, "--format", "{{.ContainerExitCode}}"]),
    "0",
  );
});

test("an unknown mode is refused before anything is made", async () => {
  const { file } = put(pair("true", "true"));
  const result = await host.tspod([...PLAY, "--service-exit-code-propagation=bogus", file]);
  assert.deepEqual([result.code, result.stderr], [125, 'Error: unsupported exit-code propagation "bogus"\n']);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
