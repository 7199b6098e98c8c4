import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { type Result, requireProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";
import { makeClient } from "./client.ts";

/* Two services that find each other by name, one of them built; a volume, a port, an environment file. */

const COMPOSE = requireProgram("podman-compose", "podman-compose");
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const { run, ok } = makeClient(host);

const port = await freePort();
const project = join(host.directory, "proj");
mkdirSync(project);
const write = (name: string, text: string) => writeFileSync(join(project, name), text);
write("Dockerfile", `FROM ${IMAGE}\nRUN mkdir /page && echo built >/page/index.html\n`);
write("web.env", "FROM_FILE=two words\n");
write(
  "docker-compose.yml",
  `version: "3"
services:
  web:
    build: .
    image: localhost/web:1
    command: ["httpd", "-f", "-p", "8080", "-h", "/page"]
    environment: {A: "1"}
    env_file: [web.env]
    ports: ["127.0.0.1:${port}:8080"]
    volumes: ["data:/data"]
    labels: {tier: front}
  client:
    image: ${IMAGE}
    depends_on: [web]
    command: ["sh", "-c", "until wget -qO- http://web:8080/; do sleep 0.2; done; sleep 1000"]
    stop_grace_period: 0s
volumes:
  data:
`,
);
const compose = (...args: string[]) => ok(COMPOSE, args, { cwd: project });

/** How the last podman that it called has ended: version 1.0 only says so, and ends with 0 itself. */
function endOf({ code, stdout, stderr }: Result): number {
  const said = [...(stdout + stderr).matchAll(/^exit code: (\d+)$/gm)].at(-1)?.[1];
  return said === undefined ? code : Number(said);
}

/** Names of the project's containers in this state, sorted. */
async function named(state: string): Promise<string[]> {
  const filters = ["label=com.docker.compose.project=proj", `status=${state}`];
  const names = await host.ok([
    "ps",
    "-a",
    ...filters.flatMap((filter) => ["--filter", filter]),
    "--format",
    "{{.Names}}",
  ]);
  return names.split("\n").filter(Boolean).sort();
}
const BOTH = ["proj_client_1", "proj_web_1"];

test("version", async () => {
  const { stdout, stderr } = await compose("version");
  assert.match(stdout + stderr, /podman version:? 5\.8\.6/);
});

test("build and up: the services run, and one reads from the other by its name", async () => {
  await compose("build");
  assert.equal(await host.ok(["run", "--rm", "localhost/web:1", "cat", "/page/index.html"]), "built");
  await compose("up", "-d");
  assert.deepEqual(await named("running"), BOTH);
  await until(
    async () => /built/.test((await compose("logs", "client")).stdout),
    "what the client has read from http://web:8080/",
  );
  assert.match((await compose("ps")).stdout, /proj_web_1/);
});

test("the port is published, the volume is the project's, labels and environment are as written", async () => {
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "built\n");
  assert.equal(await host.ok(["volume", "ls", "-q"]), "proj_data");
  assert.equal(await host.ok(["inspect", "-f", '{{index .Config.Labels "tier"}}', "proj_web_1"]), "front");
  const { stdout } = await compose("exec", "-T", "web", "sh", "-c", "echo $A/$FROM_FILE");
  assert.match(stdout, /^1\/two words\n/);
});

test("tspod compose is podman-compose, with tspod in Podman's place", async () => {
  const own = (...words: string[]) => host.tspod(words, { cwd: project });
  const listed = await own("compose", "ps");
  assert.deepEqual([listed.code, /proj_web_1/.test(listed.stdout)], [0, true], listed.stderr);
  const exec = await own("compose", "exec", "-T", "web", "sh", "-c", "id -u; exit 7");
  assert.equal(endOf(exec), 7, exec.stderr);
  assert.match(exec.stdout, /^0\n/);
  assert.match((await own("compose", "--help")).stdout, /--podman-path/);
});

test("another provider; one that isn't there; flags before compose", async () => {
  const echo = { env: { PODMAN_COMPOSE_PROVIDER: "echo" } };
  assert.equal((await host.tspod(["compose", "-f", "x", "up"], echo)).stdout, "-f x up\n");
  const ids = await host.tspod(["compose", "-u"], { env: { PODMAN_COMPOSE_PROVIDER: "id" } });
  assert.equal(ids.stdout, `${process.getuid?.()}\n`, "it isn't root of a user namespace");
  const none = await host.tspod(["compose", "up"], { env: { PODMAN_COMPOSE_PROVIDER: "/no/such" } });
  assert.deepEqual(
    [none.code, none.stdout, none.stderr],
    [
      125,
      "",
      "Error: looking up compose provider failed: none of /no/such is there: apt-get install podman-compose\n",
    ],
  );
  const flagged = await host.tspod(["--log-level", "error", "compose", "up"], echo);
  assert.deepEqual(
    [flagged.code, flagged.stderr],
    [125, "Error: compose takes no global flags before it: podman-compose has --podman-args for them\n"],
  );
});

test("exec and run end as the command does", async () => {
  const exec = await run(COMPOSE, ["exec", "-T", "web", "sh", "-c", "exit 7"], { cwd: project });
  assert.equal(endOf(exec), 7, exec.stderr);
  const words = ["run", "--rm", "-T", "--no-deps", "client", "sh", "-c", "echo once; exit 5"];
  const once = await run(COMPOSE, words, { cwd: project });
  assert.equal(endOf(once), 5, once.stderr);
  assert.match(once.stdout, /^once$/m);
});

test("up once more changes nothing", async () => {
  const ids = () => host.ok(["ps", "-aq", "--no-trunc", "--filter", "label=com.docker.compose.project=proj"]);
  const before = await ids();
  await compose("up", "-d");
  assert.equal(await ids(), before);
});

test("stop, start, restart", async () => {
  await compose("stop", "-t", "0");
  assert.deepEqual(await named("exited"), BOTH);
  await compose("start");
  assert.deepEqual(await named("running"), BOTH);
  await compose("restart", "-t", "0");
  assert.deepEqual(await named("running"), BOTH);
});

test("down -v leaves neither container nor volume", async () => {
  await compose("down", "-v", "-t", "0");
  assert.equal(await host.ok(["ps", "-aq"]), "");
  assert.equal(await host.ok(["volume", "ls", "-q"]), "");
});
