import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({
  images: {
    busybox: {},
    tool: {
      config: {
        Entrypoint: ["echo", "fixed"],
        Cmd: ["default"],
        Env: ["PATH=/bin", "A=image"],
        WorkingDir: "/var/data",
        User: "tester",
      },
    },
  },
});
after(() => world.close());
const { host } = world;
const TOOL = "test.localhost/tool:latest";
/** What `ls tty*` in /dev of a container with --privileged prints. */
const terminals = readdirSync("/dev")
  .filter((name) => /^tty(?:\D.*)?$/.test(name))
  .sort();
const sh = (script: string, ...flags: string[]) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]);

test("stdout, stderr and the exit code are the command's", async () => {
  assert.deepEqual(await sh("echo out; echo err >&2; exit 7"), { code: 7, stdout: "out\n", stderr: "err\n" });
});

test("the exit code of a command that a signal ended is 128 + signal", async () => {
  const running = host.start([
    "run",
    "--rm",
    "--name",
    "signalled",
    IMAGE,
    "sh",
    "-c",
    "echo ready; exec sleep 60",
  ]);
  await running.saw(/ready/);
  await host.ok(["kill", "--signal", "KILL", "signalled"]);
  assert.equal((await running.ended).code, 137);
});

test("stdin is read with -i only", async () => {
  const args = ["run", "--rm", IMAGE, "cat"];
  assert.equal((await host.tspod(args, { input: "unread" })).stdout, "");
  assert.equal(await host.ok(["run", "--rm", "-i", IMAGE, "cat"], { input: "read" }), "read");
});

test("a megabyte goes through stdin and stdout as it is", async () => {
  const bytes = "0123456789abcdef".repeat(65536);
  const { code, stdout, stderr } = await host.tspod(["run", "--rm", "-i", IMAGE, "cat"], { input: bytes });
  assert.deepEqual([code, stdout.length, stderr], [0, bytes.length, ""]);
  assert.ok(stdout === bytes, "other bytes"); // not equal(): a diff of a megabyte takes minutes
});

test("what a short command says at its very end is never lost", async () => {
  for (let round = 0; round < 5; round++) {
    assert.equal((await sh("seq 5000")).stdout.length, 23_893);
  }
});

describe("the process", () => {
  for (const [name, flags, script, expected] of [
    ["environment: defaults", [], "echo $HOME $container", "/root podman"],
    ["environment: -e and --env", ["-e", "A=1", "--env", "B=2 3"], 'echo "$A $B"', "1 2 3"],
    ["environment: -e of the caller's", ["-e", "FROM_CALLER"], "echo $FROM_CALLER", "here"],
    ["working directory: -w", ["-w", "/var/data"], "pwd", "/var/data"],
    ["user: by name", ["-u", "tester"], "id -u; id -g; echo $HOME", "1000\n1000\n/home/tester"],
    ["user: by number, with group", ["--user", "12:34"], "id -u; id -g", "12\n34"],
    ["user: supplementary groups from the image", ["-u", "tester"], "id -G", "1000 2000"],
    [
      "hostname",
      ["--hostname", "box"],
      "hostname; echo $(cat /etc/hostname); echo $HOSTNAME",
      "box\nbox\nbox",
    ],
    ["capabilities: Podman's eleven", [], "grep CapEff /proc/self/status", "CapEff:\t00000000800405fb"],
    [
      "capabilities: --cap-drop all",
      ["--cap-drop", "all"],
      "grep CapEff /proc/self/status",
      "CapEff:\t0000000000000000",
    ],
    [
      "capabilities: --cap-add",
      ["--cap-drop", "all", "--cap-add", "net_raw"],
      "grep CapBnd /proc/self/status",
      "CapBnd:\t0000000000002000",
    ],
    ["seccomp is on", [], "grep Seccomp: /proc/self/status", "Seccomp:\t2"],
    [
      "seccomp: unconfined",
      ["--security-opt", "seccomp=unconfined"],
      "grep Seccomp: /proc/self/status",
      "Seccomp:\t0",
    ],
    [
      "root of the container is not root",
      [],
      "cat /proc/sys/kernel/hostname >/dev/null; echo x 2>/dev/null > /proc/sysrq-trigger || echo refused",
      "refused",
    ],
    [
      "--read-only",
      ["--read-only"],
      "touch /x 2>/dev/null || echo refused; touch /tmp/x && echo tmp",
      "refused\ntmp",
    ],
    ["--tmpfs", ["--tmpfs", "/scratch:size=1m"], "df -k /scratch | awk 'END { print $2 }'", "1024"],
    ["--init", ["--init"], "cat /proc/1/comm", "podman-init"],
    ["it is process 1", [], "echo $$", "1"],
    ["--shm-size", ["--shm-size", "2m"], "df -k /dev/shm | awk 'END { print $2 }'", "2048"],
    ["--ulimit", ["--ulimit", "nofile=100:200"], "ulimit -n; ulimit -Hn", "100\n200"],
    ["--sysctl", ["--sysctl", "net.ipv4.ip_default_ttl=99"], "cat /proc/sys/net/ipv4/ip_default_ttl", "99"],
    [
      "--add-host",
      ["--add-host", "friend:10.1.2.3"],
      "grep friend /etc/hosts | awk '{print $1}'",
      "10.1.2.3",
    ],
    ["--dns", ["--dns", "9.8.7.6"], "grep nameserver /etc/resolv.conf", "nameserver 9.8.7.6"],
    ["--umask", ["--umask", "0077"], "umask", "0077"],
    [
      "--privileged gives no virtual consoles of the host, but its other terminals",
      ["--privileged"],
      "cd /dev && ls -d tty*",
      terminals.join("\n"),
    ],
    ["--privileged has no masked paths", ["--privileged"], "grep Seccomp: /proc/self/status", "Seccomp:\t0"],
    ["--label and --annotation are accepted", ["--label", "a=b", "--annotation", "c=d"], "echo ok", "ok"],
  ] as const) {
    test(name, async () => {
      const result = await host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script], {
        env: { FROM_CALLER: "here" },
      });
      assert.deepEqual(result, { code: 0, stdout: `${expected}\n`, stderr: "" });
    });
  }
});

test("--privileged goes with a seccomp profile that was asked for", async () => {
  const profile = join(host.directory, "no-mkdir.json");
  const refused = { names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" };
  writeFileSync(profile, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [refused] }));
  assert.deepEqual(await sh("mkdir /made", "--privileged", "--security-opt", `seccomp=${profile}`), {
    code: 1,
    stdout: "",
    stderr: "mkdir: can't create directory '/made': Operation not permitted\n",
  });
});

describe("the image's config", () => {
  for (const [name, args, expected] of [
    ["Entrypoint and Cmd", [TOOL], "fixed default"],
    ["operands replace Cmd only", [TOOL, "given"], "fixed given"],
    ["--entrypoint drops both", ["--entrypoint", "pwd", TOOL], "/var/data"],
    ["--entrypoint as JSON", ["--entrypoint", '["echo","json"]', TOOL, "more"], "json more"],
    ["User", ["--entrypoint", "id", TOOL, "-un"], "tester"],
    ["Env, and -e over it", ["-e", "A=flag", "--entrypoint", "sh", TOOL, "-c", "echo $A"], "flag"],
  ] as const) {
    test(name, async () => assert.equal(await host.ok(["run", "--rm", ...args]), expected));
  }
});

test("--env-file: comments, blanks, values with spaces", async () => {
  const file = join(host.directory, "env");
  writeFileSync(file, "# comment\n\nA=1\nB=two words\nC='kept'\n");
  assert.equal(
    await host.ok(["run", "--rm", "--env-file", file, IMAGE, "sh", "-c", 'echo "$A|$B|$C"']),
    "1|two words|'kept'",
  );
});

test("--env-file, --label-file: a comma is part of the file's name", async () => {
  const file = join(host.directory, "a,b.env");
  writeFileSync(file, "A=1\n");
  await host.ok(["create", "--name", "comma", "--env-file", file, "--label-file", file, IMAGE]);
  const format = "{{.Config.Labels.A}} {{json .Config.Env}}";
  assert.match(await host.ok(["inspect", "--format", format, "comma"]), /^1 .*"A=1"/);
  await host.ok(["rm", "comma"]);
});

test("-d prints the whole id; the container goes on without tspod", async () => {
  const id = await host.ok(["run", "-d", "--name", "detached", IMAGE, "sleep", "60"]);
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(await host.ok(["ps", "-q", "--no-trunc"]), id);
  assert.equal(await host.ok(["rm", "-f", "-t", "0", "detached"]), "detached");
});

test("--pidfile and --conmon-pidfile may be relative", async () => {
  const flags = ["--pidfile", "own.pid", "--conmon-pidfile", "./monitor.pid"];
  await host.ok(["run", "-d", "--name", "pids", ...flags, IMAGE, "sleep", "1000"]);
  const read = (name: string) => readFileSync(join(host.directory, name), "utf8");
  assert.equal(
    `${read("own.pid")} ${read("monitor.pid")}`.replaceAll("\n", ""),
    await host.ok(["inspect", "-f", "{{.State.Pid}} {{.State.ConmonPid}}", "pids"]),
  );
  await host.ok(["rm", "-f", "-t", "0", "pids"]);
});

test("--rm leaves no container, no files", async () => {
  await sh("touch /x");
  assert.equal(await host.ok(["ps", "-aq"]), "");
  assert.ok(existsSync(host.dataDirectory));
});

test("--name, then the name again", async () => {
  await host.ok(["run", "--name", "once", IMAGE, "true"]);
  const again = await host.tspod(["run", "--name", "once", IMAGE, "true"]);
  assert.equal(again.code, 125);
  assert.match(again.stderr, /^Error: .*"once" is already in use by [0-9a-f]{64}/);
  await host.ok(["run", "--replace", "--name", "once", IMAGE, "true"]);
  await host.ok(["rm", "once"]);
});

for (const runtime of ["crun", "runc"]) {
  test(`--runtime ${runtime}`, async () => {
    assert.equal(await host.ok(["--runtime", runtime, "run", "--rm", IMAGE, "echo", runtime]), runtime);
  });

  test(`--read-only-tmpfs=false: nothing is writable, by ${runtime}`, async () => {
    const touch =
      "for each in /x /dev/x /dev/shm/x /run/x /tmp/x; do touch $each 2>/dev/null && echo $each; done";
    const flags = ["--runtime", runtime, "run", "--rm", "--read-only", "--read-only-tmpfs=false"];
    assert.equal(
      await host.ok([...flags, IMAGE, "sh", "-c", `${touch}; echo > /dev/null && echo null`]),
      "null",
    );
  });
}

test("a signal to tspod run reaches the container", async () => {
  const script = 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.1; done';
  const running = host.start(["run", "--rm", IMAGE, "sh", "-c", script]);
  await running.saw(/ready/);
  running.child.kill("SIGTERM");
  assert.deepEqual(await running.ended, { code: 3, stdout: "ready\ncaught\n", stderr: "" });
});

test("--rm: nothing of the container stays in the store, its mount point least of all", async () => {
  await host.ok(["run", "--rm", "--network", "none", IMAGE, "true"]);
  const left = () =>
    readdirSync(join(host.dataDirectory, "tspod/tmp")).filter((name) => name.startsWith("trash-"));
  // The client does not wait for the deletion.
  await until(() => left().length === 0, "an empty trash");
});

describe("the disk is not waited for at the end of a container that is removed then", () => {
  const rootMount = ["grep", " / overlay ", "/proc/mounts"];

  test("with --rm alone", async () => {
    assert.match(await host.ok(["run", "--rm", IMAGE, ...rootMount]), /[,=]volatile[, ]/);
    assert.doesNotMatch(await host.ok(["run", "--name", "kept", IMAGE, ...rootMount]), /volatile/);
    await host.ok(["rm", "kept"]);
  });

  test("a start that failed does not stand in the way of the next", async () => {
    await host.ok(["create", "--name", "late", IMAGE, "/x"]);
    const failed = await host.tspod(["start", "late"]);
    assert.equal(failed.code, 125);
    assert.match(failed.stderr, /\/x/);
    assert.deepEqual(await host.tspod(["start", "late"]), failed);
    await host.ok(["rm", "late"]);
  });
});
