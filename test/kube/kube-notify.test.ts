import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { requireProgram, runProgram, sleep, startProgram, TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const socat = requireProgram("socat", "socat");
beforeEach(() => host.ok(["pod", "rm", "-fa", "-t", "0"]));

const PLAY = ["kube", "play", "--network=none", "--service-container=true"];

/** The file of a pod whose containers are waited for as annotations say, and its service container. */
function put(
  annotations: Readonly<Record<string, string>>,
  containers: readonly object[],
  more: object = {},
) {
  const file = join(host.directory, "pod.yaml");
  const spec = { restartPolicy: "Never", terminationGracePeriodSeconds: 1, containers, ...more };
  const text = JSON.stringify({ kind: "Pod", metadata: { name: "p", annotations }, spec });
  writeFileSync(file, text);
  return { file, service: `${createHash("sha256").update(text).digest("hex").slice(0, 12)}-service` };
}

const container = (name: string, script: string, more: object = {}) => ({
  name,
  image: IMAGE,
  imagePullPolicy: "Never",
  command: ["sh", "-c", script],
  ...more,
});

const status = async (name: string) =>
  (await host.tspod(["inspect", "-f", "{{.State.Status}}", name])).stdout.trim();
const said = (name: string, text: string) =>
  until(async () => (await host.tspod(["logs", name])).stdout === `${text}\n`, `${name} to say ${text}`);

/** From outside, into the directory that the container has as /run/notify: a path for sockets is short. */
async function notify(name: string, message: string): Promise<void> {
  const socket = await host.ok(["inspect", "-f", "{{.Config.SdNotifySocket}}", name]);
  const { code, stderr } = await runProgram(socat, ["-u", "STDIN", `UNIX-SENDTO:${basename(socket)}`], {
    input: message,
    cwd: dirname(socket),
  });
  assert.deepEqual([code, stderr], [0, ""]);
}

test("a play waits for READY=1 of the containers that are to say it; then the unit is ready", async () => {
  const socket = join(host.directory, "notify");
  const listener = startProgram(socat, ["-u", `UNIX-RECV:${socket}`, "STDOUT"]);
  await until(() => existsSync(socket), "the listener");
  const annotations = { "io.containers.sdnotify": "container", "io.containers.sdnotify/b": "conmon" };
  const { file, service } = put(annotations, [
    container("a", 'echo "<$NOTIFY_SOCKET>"; sleep 99'),
    container("b", 'echo "<$NOTIFY_SOCKET>"; sleep 99'),
  ]);
  const play = startProgram(TSPOD, [...PLAY, file], { env: { ...host.env, NOTIFY_SOCKET: socket } });
  await said("p-a", "</run/notify/notify.sock>");
  await said("p-b", "<>");
  await notify("p-a", "STATUS=nearly\nREADY=0");
  await sleep(500);
  assert.equal(await status(service), "created");
  assert.equal(listener.stdout(), "");
  await notify("p-a", "READY=1\nSTATUS=there");
  const { code, stderr } = await play.ended;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(await status(service), "running");
  const main = await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", service]);
  await until(() => listener.stdout() !== "", "the service container's word");
  listener.child.kill();
  assert.equal((await listener.ended).stdout, `MAINPID=${main}\nREADY=1`);
  assert.equal(
    await host.ok(["inspect", "p-a", "p-b", service, "-f", "{{.Config.SdNotifyMode}}"]),
    "container\nconmon\nignore",
  );
});

test("what is ready already is not waited for again; a container that is run again is", async () => {
  const { file } = put({ "io.containers.sdnotify/a": "container" }, [container("a", "echo up; sleep 99")]);
  const play = startProgram(TSPOD, ["kube", "play", "--network=none", file], { env: host.env });
  await said("p-a", "up");
  await notify("p-a", "READY=1");
  assert.equal((await play.ended).code, 0);
  await host.ok(["kube", "play", "--network=none", file]);
  await host.ok(["pod", "stop", "-t", "0", "p"]);
  const again = startProgram(TSPOD, ["kube", "play", "--network=none", file], { env: host.env });
  await until(async () => (await status("p-a")) === "running", "the next run");
  await sleep(500);
  assert.equal(again.child.exitCode, null);
  await notify("p-a", "READY=1");
  assert.equal((await again.ended).code, 0);
});

test("a container that ends without its READY=1 fails the play, of which nothing is left", async () => {
  const { file } = put({ "io.containers.sdnotify": "container" }, [container("a", "sleep 0.3")]);
  const { code, stderr } = await host.tspod([...PLAY, file]);
  assert.deepEqual(
    [code, stderr],
    [
      125,
      "Error: container p-a has ended before it was ready, as annotation io.containers.sdnotify=container asks\n",
    ],
  );
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("healthy: the play waits for the startup probe", async () => {
  const startupProbe = { exec: { command: ["test", "-e", "/well"] }, periodSeconds: 1, failureThreshold: 99 };
  const { file } = put({ "io.containers.sdnotify": "healthy" }, [
    container("a", "echo up; sleep 99", { startupProbe }),
  ]);
  const play = startProgram(TSPOD, ["kube", "play", "--network=none", file], { env: host.env });
  await said("p-a", "up");
  await sleep(500);
  assert.equal(play.child.exitCode, null);
  await host.ok(["exec", "p-a", "touch", "/well"]);
  assert.equal((await play.ended).code, 0);
});

for (const [what, annotations, containers] of [
  ["READY=1", { "io.containers.sdnotify": "container" }, {}],
  ["an init container", {}, { initContainers: [container("first", "echo up; sleep 99")] }],
] as const)
  test(`SIGTERM ends a play that waits for ${what}, and nothing is left`, async () => {
    const { file } = put(annotations, [container("a", "echo up; sleep 99")], containers);
    const play = startProgram(TSPOD, [...PLAY, file], { env: host.env });
    await said(what === "READY=1" ? "p-a" : "p-first", "up");
    play.child.kill("SIGTERM");
    const { code, stderr } = await play.ended;
    assert.deepEqual([code, stderr], [143, ""]);
    assert.equal(await host.ok(["ps", "-aq"]), "");
    assert.equal(await host.ok(["pod", "ps", "-q"]), "");
  });

test("a word that is none of the four is refused before anything is made", async () => {
  const { file } = put({ "io.containers.sdnotify/a": "sometimes" }, [container("a", "true")]);
  const { code, stderr } = await host.tspod([...PLAY, file]);
  assert.equal(code, 125);
  assert.match(
    stderr,
    /annotation io\.containers\.sdnotify: "sometimes" is none of container, conmon, ignore, healthy\n$/,
  );
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
