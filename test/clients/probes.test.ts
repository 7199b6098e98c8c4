import assert from "node:assert/strict";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { startProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";
import { makeClient } from "./client.ts";

/*
 * The command lines of programs that are no Debian packages, as they type them: editors, pipelines, test
 * libraries. What they look for in the answers is asserted.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const { run, ok } = makeClient(host);
const docker = (...args: string[]) => ok("docker", args);
const directory = realpathSync(host.directory);
const workspace = join(directory, "workspace");
mkdirSync(workspace);
writeFileSync(join(workspace, "file"), "of the workspace\n");

describe("an editor's Dev Containers", () => {
  const labels = [`devcontainer.local_folder=${workspace}`, "devcontainer.config_file=/x/devcontainer.json"];
  const find = ["ps", "-q", "-a", ...labels.flatMap((label) => ["--filter", `label=${label}`])];

  test("asks for versions, and for a container of this folder, which isn't there yet", async () => {
    const { stdout: version } = await docker("version", "--format", "{{.Server.APIVersion}}");
    assert.match(version, /^1\.\d+\n$/);
    assert.match((await docker("-v")).stdout, /^Docker version \d+\.\d+\.\d+, build /);
    assert.match((await docker("buildx", "version")).stdout, /\d+\.\d+/);
    assert.deepEqual(await docker(...find), { code: 0, stdout: "", stderr: "" });
  });

  test("looks into the image", async () => {
    const { stdout } = await docker("inspect", "--type", "image", IMAGE);
    const [image] = JSON.parse(stdout);
    assert.equal(image.Config.User ?? "", "");
    assert.deepEqual(image.Config.Cmd, ["sh"]);
    const absent = await run("docker", ["inspect", "--type", "image", "nosuch.localhost/x:1"]);
    assert.notEqual(absent.code, 0);
    assert.match(absent.stderr, /nosuch/);
    assert.equal(absent.stdout, "[]\n");
  });

  test("starts it in the foreground, waits for its event, and works in it", async () => {
    const events = host.start(["events", "--format", "{{json .}}", "--filter", "event=start"]);
    const script =
      "echo Container started\ntrap 'exit 0' 15\nexec \"$@\"\nwhile sleep 1 & wait $!; do :; done";
    const words = [
      ...["run", "--sig-proxy=false", "-a", "STDOUT", "-a", "STDERR"],
      ...["--mount", `type=bind,source=${workspace},target=/workspaces/w,consistency=cached`],
      ...["--mount", "type=volume,source=vscode,target=/vscode"],
      ...labels.flatMap((label) => ["-l", label]),
      ...["-u", "root", "--entrypoint", "/bin/sh", IMAGE, "-c", script, "-"],
    ];
    const foreground = startProgram(join(host.directory, "bin/docker"), words, { env: host.env });
    await foreground.saw(/Container started/);
    await until(() => events.stdout().includes("\n"), "the start's event");
    const event = JSON.parse(events.stdout().split("\n")[0] ?? "");
    events.child.kill("SIGTERM");
    const id = (await docker(...find)).stdout.trim();
    assert.ok(event.ID.startsWith(id), `${event.ID} ${id}`);
    assert.equal(event.Status, "start");

    const [container] = JSON.parse((await docker("inspect", "--type", "container", id)).stdout);
    assert.equal(container.State.Status, "running");
    assert.match(container.Created, /^\d{4}-\d\d-\d\dT/);
    assert.equal(container.Config.Labels["devcontainer.local_folder"], workspace);
    assert.deepEqual(
      container.Mounts.map(({ Type, Destination }: Record<string, string>) => [Type, Destination]).sort(),
      [
        ["bind", "/workspaces/w"],
        ["volume", "/vscode"],
      ],
    );
    // Its server of shells: commands come by stdin, and their ends are found by marks.
    const shell = await ok("docker", ["exec", "-i", "-u", "root", id, "/bin/sh"], {
      input:
        "cat /workspaces/w/file; echo -n ␄; echo -n $?; echo -n ␄; (exit 3); echo -n $?; uname -m >/dev/null\n",
    });
    assert.equal(shell.stdout, "of the workspace\n␄0␄3");
    const outcome = await run("docker", [
      "exec",
      "-i",
      "-u",
      "root",
      "-e",
      "A=1",
      "-w",
      "/workspaces/w",
      id,
      "/bin/sh",
      "-c",
      "echo $A; pwd; exit 9",
    ]);
    assert.deepEqual(outcome, { code: 9, stdout: "1\n/workspaces/w\n", stderr: "" });
    await docker("stop", "-t", "0", id);
    await foreground.ended;
    await docker("start", id);
    assert.equal((await docker("inspect", "-f", "{{.State.Running}}", id)).stdout, "true\n");
    await docker("rm", "-f", id);
    await docker("volume", "rm", "vscode");
  });
});

test("a pipeline of Jenkins: a container that waits, steps as the caller, and its end", async () => {
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  const words = ["run", "-t", "-d", "-u", user, "-w", workspace, "-v", `${workspace}:${workspace}:rw,z`];
  const id = (await docker(...words, "-e", "SECRET=x", "--userns", "keep-id", IMAGE, "cat")).stdout.trim();
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.match((await docker("top", id, "-eo", "pid,comm")).stdout, /^PID +COMMAND\n +1 cat$/m);
  assert.equal(
    (await docker("inspect", "-f", "{{.Config.User}} {{.Config.WorkingDir}}", id)).stdout,
    `${user} ${workspace}\n`,
  );
  const step = await docker("exec", "--env", "STEP=1", id, "sh", "-c", "echo $STEP$SECRET >made; cat file");
  assert.equal(step.stdout, "of the workspace\n");
  assert.equal((await docker("exec", id, "cat", "made")).stdout, "1x\n");
  await docker("stop", "--time=1", id);
  await docker("rm", "-f", "--volumes", id);
  assert.equal((await docker("ps", "-aq")).stdout, "");
});

test("a runner of workflows: no entry point, files in and out as tars", async () => {
  const words = ["create", "--name", "act", "--network", "host", "--entrypoint", "", "-v", "act:/opt/act"];
  await docker(...words, IMAGE, "tail", "-f", "/dev/null");
  await docker("start", "act");
  await docker("cp", `${workspace}/.`, "act:/var/work");
  const step = [
    "exec",
    "-w",
    "/var/work",
    "--user",
    "0:0",
    "-e",
    "CI=true",
    "act",
    "sh",
    "-c",
    "cat file; echo $CI >out",
  ];
  assert.equal((await docker(...step)).stdout, "of the workspace\n");
  const tar = (await docker("cp", "act:/var/work/out", "-")).stdout;
  assert.match(tar, /^out\0/);
  assert.ok(tar.includes("true\n"));
  await docker("rm", "-f", "-v", "act");
  await docker("volume", "rm", "act");
});

describe("what test libraries and cluster tools ask", () => {
  for (const [program, args, expected] of [
    ["docker", ["context", "ls", "--format", "json"], /^\[\]\n$/],
    [
      "docker",
      ["info", "--format", "{{.ServerVersion}} {{.OSType}} {{json .SecurityOptions}}"],
      /^\d+\S+ linux \[.*\]\n$/,
    ],
    ["docker", ["info", "--format", "{{json .}}"], /^\{/],
    ["docker", ["system", "info", "--format", "{{.CgroupVersion}}"], /^[12]\n$/],
    ["podman", ["-v"], /^podman version 5\.8\.6\n$/],
    ["podman", ["version", "--format", "{{.Version}}"], /^5\.8\.6\n$/],
    ["podman", ["info", "--format", "{{.Host.RemoteSocket.Path}}|{{.Host.Security.Rootless}}"], /\|true\n$/],
    ["podman", ["info", "--format", "{{json .Host.CgroupControllers}}"], /^(\[.*\]|null)\n$/],
    ["podman", ["--log-level", "error", "system", "migrate"], /^$/],
    [
      "podman",
      ["network", "inspect", "podman", "--format", "{{range .Subnets}}{{.Subnet}}{{end}}"],
      /^10\.\d+\.\d+\.\d+\/\d+\n$/,
    ],
    [
      "podman",
      ["ps", "-a", "--filter", "label=io.x-k8s.kind.cluster", "--format", '{{index .Labels "x"}}'],
      /^$/,
    ],
    [
      "podman",
      ["image", "inspect", "-f", "{{.Id}} {{.Config.Labels}} {{.Config.User}}|", IMAGE],
      /^[0-9a-f]{64} map\[\] \|\n$/,
    ],
    ["podman", ["volume", "ls", "--filter", "label=x", "--format", "{{.Name}}"], /^$/],
    ["podman", ["system", "df", "--format", "json"], /^\[/],
  ] as const)
    test(`${program} ${args.join(" ")}`, async () => {
      const { stdout, stderr } = await ok(program, args);
      assert.match(stdout, expected);
      assert.equal(stderr, "");
    });
});
