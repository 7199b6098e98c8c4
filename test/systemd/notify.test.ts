import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { runProgram, TSPOD, until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask, addUnit } = world;

/** In a container: the host's systemd-notify. */
const NOTIFY = ["-v", "/usr:/usr:ro", "-v", "/usr/lib:/lib:ro", "-v", "/usr/lib64:/lib64:ro"];

const units: string[] = [];
afterEach(async () => {
  for (const unit of units.splice(0)) await ask("systemctl", ["stop", unit]);
});

/** A unit that runs a container in the background until it is stopped. */
async function service(
  name: string,
  flags: readonly string[],
  command: readonly string[],
  globals: readonly string[] = [],
): Promise<string> {
  const run = [TSPOD, ...globals, "run", "-d", "--rm", "--name", name, ...flags, IMAGE, ...command];
  const quoted = run.map(
    (word) => `"${word.replaceAll(/["\\$%]/g, (c) => (c === "$" || c === "%" ? c + c : `\\${c}`))}"`,
  );
  await addUnit(
    `${name}.service`,
    [
      "[Service]",
      "Type=notify",
      "NotifyAccess=all",
      "KillMode=mixed",
      "TimeoutStartSec=30",
      `ExecStart=${quoted.join(" ")}`,
      `ExecStop="${TSPOD}" rm -f -t 0 -i ${name}`,
      "",
    ].join("\n"),
  );
  units.push(`${name}.service`);
  return `${name}.service`;
}

const show = (unit: string, property: string) =>
  ask("systemctl", ["show", "--value", `--property=${property}`, unit]);
const monitorOf = (name: string) => host.ok(["inspect", "-f", "{{.State.ConmonPid}}", name]);

for (const runtime of ["crun", "runc"])
  test(`conmon, with ${runtime}: the unit is up once the container runs, its main process is the monitor`, async () => {
    const name = `conmon-${runtime}`;
    const script = 'echo "<$NOTIFY_SOCKET>"; sleep 100';
    const command = ["sh", "-c", script];
    const unit = await service(name, ["--sdnotify", "conmon"], command, ["--runtime", runtime]);
    await ask("systemctl", ["start", unit]);
    assert.equal(await show(unit, "ActiveState"), "active");
    assert.equal(await show(unit, "MainPID"), await monitorOf(name));
    await until(async () => (await host.ok(["logs", name])) === "<>", "its output");
    // its end is the unit's
    await host.ok(["stop", "-t", "0", name]);
    await until(async () => (await show(unit, "ActiveState")) !== "active", "the unit's end");
  });

test("container: the unit is up once the process says so, which names itself by the monitor", async () => {
  const script =
    "echo $NOTIFY_SOCKET; while [ ! -e /go ]; do sleep 0.1; done; /usr/bin/systemd-notify --ready --status=fine MAINPID=1; sleep 100";
  const unit = await service("inside", NOTIFY, ["sh", "-c", script]);
  await ask("systemctl", ["start", "--no-block", unit]);
  await until(
    async () => (await host.tspod(["logs", "inside"])).stdout === "/run/notify/notify.sock\n",
    "the container",
  );
  assert.equal(await show(unit, "ActiveState"), "activating");
  assert.equal(await show(unit, "MainPID"), await monitorOf("inside"));
  await host.ok(["exec", "inside", "touch", "/go"]);
  await until(async () => (await show(unit, "ActiveState")) === "active", "READY");
  assert.equal(await show(unit, "StatusText"), "fine");
  assert.equal(await show(unit, "MainPID"), await monitorOf("inside"));
});

test("healthy: the unit is up once the health check passes", async () => {
  const flags = ["--sdnotify", "healthy", "--health-cmd", "test -e /well", "--health-interval", "200ms"];
  const unit = await service("well", flags, ["sleep", "100"]);
  await ask("systemctl", ["start", "--no-block", unit]);
  await until(
    async () => (await host.tspod(["inspect", "-f", "{{len .State.Health.Log}}", "well"])).stdout > "1",
    "checks",
  );
  assert.equal(await show(unit, "ActiveState"), "activating");
  await host.ok(["exec", "well", "touch", "/well"]);
  await until(async () => (await show(unit, "ActiveState")) === "active", "READY");
});

describe("what is told, and to whom", () => {
  /** What comes to a notify socket from a command, as socat prints it. */
  async function toldBy(flags: readonly string[]): Promise<{ stdout: string; told: string }> {
    const socket = join(host.directory, "notify");
    const script = `socat -u UNIX-RECV:${socket} STDOUT & until [ -S ${socket} ]; do sleep 0.05; done
      NOTIFY_SOCKET=${socket} "$0" "$@" >${socket}.out 2>&1; sleep 0.3; kill $!; wait`;
    const args = [TSPOD, "run", "--rm", ...flags, IMAGE, "sh", "-c", 'echo "<$NOTIFY_SOCKET>"'];
    const { stdout: told } = await runProgram("/bin/sh", ["-c", script, ...args], { env: host.env });
    const { stdout } = await runProgram("/bin/cat", [`${socket}.out`]);
    return { stdout, told: told.replace(/\d+/, "PID") };
  }

  for (const [flags, stdout, told] of [
    [[], "</run/notify/notify.sock>\n", "MAINPID=PID"],
    [["--sdnotify", "conmon"], "<>\n", "MAINPID=PID\nREADY=1"],
    [["--sdnotify", "ignore"], "<>\n", ""],
  ] as const)
    test(`run ${flags.join(" ")}`, async () => assert.deepEqual(await toldBy(flags), { stdout, told }));

  test("without a NOTIFY_SOCKET the container has none either", async () =>
    assert.equal(await host.ok(["run", "--rm", IMAGE, "sh", "-c", 'echo "<$NOTIFY_SOCKET>"']), "<>"));
});

test("a socket unit's descriptors are the container's, with their names", async () => {
  const script =
    "echo $LISTEN_PID $LISTEN_FDS $LISTEN_FDNAMES; readlink /proc/self/fd/3; readlink /proc/self/fd/4 || echo none";
  const unit = await service("listening", ["--sdnotify", "conmon"], ["sh", "-c", `${script}; sleep 100`]);
  await addUnit(
    "listening.socket",
    `[Socket]\nListenStream=${host.directory}/listening\nFileDescriptorName=door\n`,
  );
  await ask("systemctl", ["start", "listening.socket"]);
  units.push("listening.socket");
  await ask("systemctl", ["start", unit]);
  await until(async () => (await host.ok(["logs", "listening"])).split("\n").length === 3, "its output");
  assert.match(await host.ok(["logs", "listening"]), /^1 1 door\nsocket:\[\d+\]\nnone$/);
});

test("inspect tells the mode and the socket, which a template can name where there is none", async () => {
  const format = ["inspect", "-f", "<{{.Config.SdNotifyMode}}> <{{.Config.SdNotifySocket}}>"];
  await host.ok(["create", "--name", "told", IMAGE], { env: { NOTIFY_SOCKET: "/run/n" } });
  await host.ok(["create", "--name", "untold", "--sdnotify", "ignore", IMAGE], {
    env: { NOTIFY_SOCKET: "/run/n" },
  });
  assert.equal(await host.ok([...format, "told", "untold"]), "<container> </run/n>\n<ignore> <>");
  assert.ok(!(await host.ok(["inspect", "untold"])).includes("NotifySocket"));
});

test("LISTEN_FDS that another process was given stays outside", async () => {
  const env = { LISTEN_PID: "1", LISTEN_FDS: "1" };
  assert.equal(await host.ok(["run", "--rm", IMAGE, "sh", "-c", 'echo "<$LISTEN_FDS>"'], { env }), "<>");
});

test("--preserve-fds goes before LISTEN_FDS", async () => {
  const script = 'exec 3</dev/zero 4</dev/full; export LISTEN_FDS=1; LISTEN_PID=$$ exec "$0" "$@"';
  const args = [TSPOD, "run", "--rm", "--preserve-fds", "2", IMAGE, "readlink", "/proc/self/fd/4"];
  assert.deepEqual(await runProgram("/bin/sh", ["-c", script, ...args], { env: host.env }), {
    code: 0,
    stdout: "/dev/full\n",
    stderr: "WARN[0000] Ignoring LISTEN_FDS to preserve custom user-specified FDs\n",
  });
});
