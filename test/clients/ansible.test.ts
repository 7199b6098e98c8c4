import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { requireProgram } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";
import { makeClient } from "./client.ts";

/*
 * Ansible's collection containers.podman: what a playbook asks for is made, and when it is played again the
 * modules find that nothing has to be changed. They compare options with what `inspect` says, some by
 * Podman's version.
 */

const PLAYBOOK = requireProgram("ansible-playbook", "ansible");
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const { run } = makeClient(host, {
  ANSIBLE_HOME: join(host.directory, ".ansible"),
  ANSIBLE_LOCAL_TEMP: join(host.directory, "local"),
  ANSIBLE_REMOTE_TEMP: join(host.directory, "remote"),
  ANSIBLE_NOCOLOR: "1",
  ANSIBLE_DEPRECATION_WARNINGS: "0",
  ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
});

type Options = Readonly<Record<string, unknown>>;
/** Of a task: the module's name behind `podman_`, and its options. */
type Task = readonly [module: string, options: Options];

/** Play the tasks (a playbook is YAML, which JSON is too), and assert how many of them changed something. */
async function play(tasks: readonly Task[], changes: number): Promise<void> {
  const playbook = [
    {
      hosts: "localhost",
      connection: "local",
      gather_facts: false,
      tasks: tasks.map(([module, options]) => ({ [`containers.podman.podman_${module}`]: options })),
    },
  ];
  writeFileSync(join(host.directory, "play.json"), JSON.stringify(playbook));
  const { code, stdout, stderr } = await run(PLAYBOOK, ["-i", "localhost,", "--diff", "play.json"], {
    timeoutMs: 110_000,
  });
  assert.equal(code, 0, stdout + stderr);
  const recap = / ok=\d+ +changed=\d+ +unreachable=\d+ +failed=\d+ /.exec(stdout)?.[0].trim();
  // On a difference all is shown: `--diff` prints which options the modules found to differ.
  const expected = `ok=${tasks.length} changed=${changes} unreachable=0 failed=0`;
  assert.equal(recap?.replaceAll(/ +/g, " "), expected, stdout);
}

const port = await freePort();
const CONTAINER = {
  name: "many",
  image: IMAGE,
  state: "started",
  command: "sleep 1000",
  env: { A: "1", B: "two words" },
  label: { tier: "front" },
  annotation: { note: "x" },
  volume: ["data:/data", "/usr:/host-usr:ro"],
  network: ["backend"],
  publish: [`127.0.0.1:${port}:80`],
  restart_policy: "on-failure",
  hostname: "there",
  user: "1000",
  workdir: "/tmp",
  ulimit: ["nofile=100:200"],
  cap_add: ["NET_ADMIN"],
  cap_drop: ["MKNOD"],
  etc_hosts: { one: "10.1.1.1" },
  dns: ["10.0.0.53"],
  tty: true,
  read_only: true,
  init: true,
  healthcheck: "true",
  stop_signal: 10,
  shm_size: "32m",
  log_driver: "k8s-file",
  secrets: ["word"],
};
const TASKS: readonly Task[] = [
  ["image", { name: IMAGE, pull: false }],
  ["volume", { name: "data", label: { a: "b" } }],
  ["network", { name: "backend", subnet: "10.123.7.0/24", gateway: "10.123.7.1" }],
  ["network", { name: "plain" }],
  ["secret", { name: "word", data: "secret text", skip_existing: true }],
  ["container", CONTAINER],
  [
    "container",
    { name: "made", image: IMAGE, state: "created", command: ["sh", "-c", "echo hi"], restart_policy: "no" },
  ],
];

test("a playbook makes what it names", async () => {
  await play(TASKS, TASKS.length - 1);
  assert.equal(
    await host.ok(["ps", "-a", "--sort", "names", "--format", "{{.Names}} {{.State}}"]),
    "made created\nmany running",
  );
  assert.equal(
    await host.ok(["exec", "many", "sh", "-c", "echo $A $B; hostname; pwd"]),
    "1 two words\nthere\n/tmp",
  );
});

test("played again it changes nothing", async () => {
  const id = await host.ok(["inspect", "-f", "{{.Id}}", "many"]);
  await play(TASKS, 0);
  assert.equal(await host.ok(["inspect", "-f", "{{.Id}}", "many"]), id);
});

test("what the playbook says otherwise is changed, once", async () => {
  const id = await host.ok(["inspect", "-f", "{{.Id}}", "many"]);
  const other: readonly Task[] = [["container", { ...CONTAINER, env: { A: "2" } }]];
  await play(other, 1);
  assert.notEqual(await host.ok(["inspect", "-f", "{{.Id}}", "many"]), id);
  await play(other, 0);
});

test("the modules that ask answer, a pod is made, and all is taken away again", async () => {
  const tasks: readonly Task[] = [
    ["pod", { name: "together", state: "created" }],
    ["pod_info", { name: "together" }],
    ["container_info", { name: ["many"] }],
    ["containers", { containers: [{ name: "many", image: IMAGE, state: "stopped" }] }],
    ["image_info", { name: IMAGE }],
    ["volume_info", { name: "data" }],
    ["network_info", { name: "backend" }],
    ["pod", { name: "together", state: "absent" }],
    ["container", { name: "many", state: "absent" }],
    ["container", { name: "made", state: "absent" }],
    ["volume", { name: "data", state: "absent" }],
    ["network", { name: "backend", state: "absent" }],
    ["network", { name: "plain", state: "absent" }],
    ["secret", { name: "word", state: "absent" }],
  ];
  await play(tasks, 9);
  assert.equal(await host.ok(["ps", "-aq"]), "");
  const names = ["volume", "secret", "pod", "network"].map((noun) =>
    host.ok([noun, "ls", "--format", "{{.Name}}"]),
  );
  assert.deepEqual(await Promise.all(names), ["", "", "", "podman"]);
});
