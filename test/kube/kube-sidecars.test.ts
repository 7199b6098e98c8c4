import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const container = (name: string, script: string, more = "") =>
  `{name: ${name}, image: ${IMAGE}, imagePullPolicy: Never, command: [sh, -c, "${script}"]${more}}`;
const sidecar = (name: string, script: string) => container(name, script, ", restartPolicy: Always");
const OBEYS = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

function job(main: string, ...sidecars: readonly string[]): string {
  const file = join(host.directory, "job.yaml");
  const spec = `restartPolicy: Never, terminationGracePeriodSeconds: 1, initContainers: [${sidecars.join(", ")}], containers: [${main}]`;
  writeFileSync(
    file,
    `{kind: Job, apiVersion: batch/v1, metadata: {name: j}, spec: {template: {spec: {${spec}}}}}`,
  );
  return file;
}

const podState = () => host.ok(["pod", "inspect", "-f", "{{.State}}", "j-pod"]);
const PLAY = ["kube", "play", "--network=none"];

/** Names in the order in which they have ended. */
async function ends(): Promise<string[]> {
  const died = await host.ok(["events", "--stream=false", "--filter", "event=died", "--format", "{{.Name}}"]);
  return died.split("\n").filter((name) => name.startsWith("j-pod-"));
}

test("a job with sidecars completes: they end after its container, the last one first", async () => {
  const file = job(container("c", "sleep 1"), sidecar("one", OBEYS), sidecar("two", OBEYS));
  await host.ok([...PLAY, file]);
  await until(async () => (await podState()) === "Exited", "the pod's end");
  assert.deepEqual(await ends(), ["j-pod-c", "j-pod-two", "j-pod-one"]);
  assert.equal(await host.ok(["ps", "-q"]), "");
  await host.ok(["kube", "down", file]);
});

test("one that does not end when it is asked to is killed after the pod's time", async () => {
  const file = job(container("c", "exit 3"), sidecar("one", "trap '' TERM; while :; do sleep 0.1; done"));
  await host.ok([...PLAY, file]);
  await until(async () => (await podState()) === "Exited", "the pod's end");
  assert.equal(await host.ok(["inspect", "-f", "{{.State.ExitCode}}", "j-pod-one"]), "137");
  await host.ok(["kube", "down", file]);
});

test("one whose monitor was killed ends as well", async () => {
  const file = job(container("c", "sleep 2"), sidecar("one", OBEYS));
  await host.ok([...PLAY, file]);
  const pid = Number(await host.ok(["inspect", "-f", "{{.State.Pid}}", "j-pod-one"]));
  process.kill(Number(await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", "j-pod-one"])), "SIGKILL");
  await until(async () => (await podState()) === "Exited", "the pod's end");
  assert.throws(() => process.kill(pid, 0), /ESRCH/);
  await host.ok(["kube", "down", file]);
});

test("kube down stops them after the others, the last one first", async () => {
  const file = job(container("c", OBEYS), sidecar("one", OBEYS), sidecar("two", OBEYS));
  await host.ok([...PLAY, file]);
  const before = (await ends()).length;
  await host.ok(["kube", "down", file]);
  assert.deepEqual((await ends()).slice(before), ["j-pod-c", "j-pod-two", "j-pod-one"]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
