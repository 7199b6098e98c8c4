import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  alive,
  attach,
  base,
  exitOf,
  logRecords,
  makeContainer,
  planOf,
  programs,
  readMaybe,
  released,
  rootfs,
  run,
  runtime,
  sleep,
  startMonitor,
  until,
} from "./harness.mjs";

const sh = (script) => ["sh", "-c", script];

for (const [name, script, expected] of [
  ["zero", "exit 0", { code: "0", signal: "0", oom: "0", timeout: "0" }],
  ["a code", "exit 42", { code: "42", signal: "0" }],
])
  test(`exit file: ${name}`, async () => {
    const c = await run({ command: sh(script) });
    assert.match(c.text, /^created \d+\nstarted\n$/);
    const exit = await exitOf(c);
    for (const [key, value] of Object.entries(expected)) assert.equal(exit[key], value, key);
    assert.match(exit.finished, /^\d+\.\d{9}$/);
    assert.deepEqual(
      readdirSync(c.run)
        .sort()
        .filter((f) => !["pid", "runtime.log"].includes(f)),
      [],
    );
    assert.match(readMaybe(c.events), /"start".*\n.*"died".*\n.*"cleanup"/);
  });

test("events: marks in the user's own text stay what they are", async () => {
  const label = "@TIME@ a@b @@ @EXIT@ @HEALTH@";
  const c = await run({ command: sh("exit 3"), label });
  await exitOf(c);
  const events = readMaybe(c.events)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map((event) => event.label),
    [label, label, label, label],
  );
  for (const { time } of events) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}[+-]\d\d:\d\d$/);
  assert.deepEqual(events.map(({ name, exit }) => [name, exit]).slice(2), [
    ["died", "3"],
    ["cleanup", "3"],
  ]);
});

test("a signal from outside ends with 128 + signal", async () => {
  const c = await run({ command: sh("sleep 100") });
  process.kill(c.pid, 9);
  const exit = await exitOf(c);
  assert.deepEqual([exit.code, exit.signal], ["137", "9"]);
});

test("status file names monitor and process with their start times", async () => {
  const c = await run({ command: sh("sleep 100") });
  const status = readMaybe(join(c.run, "status"));
  assert.match(
    status,
    new RegExp(
      `^boot [0-9a-f-]{36}\nmonitor \\d+ \\d+\nprocess ${c.pid} \\d+\ncreated \\d+\\.\\d{9}\nstarted \\d+\\.\\d{9}\nrestarts 0\n$`,
    ),
  );
  const field = readFileSync(`/proc/${c.pid}/stat`, "utf8").split(") ")[1].split(" ")[19];
  assert.ok(status.includes(`process ${c.pid} ${field}\n`));
  process.kill(c.pid, 9);
  await exitOf(c);
});

test("timeout kills, and says so", async () => {
  const c = await run({ command: sh("sleep 100"), timeout: 1 });
  const exit = await exitOf(c);
  assert.deepEqual([exit.code, exit.timeout], ["137", "1"]);
});

test("SIGTERM to the monitor reaches the process", async () => {
  const c = await run({ command: sh("trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done") });
  await until(() => readMaybe(c.log).includes("up"), "log");
  process.kill(c.monitor, "SIGTERM");
  assert.equal((await exitOf(c)).code, "7");
});

test("log: streams, full and partial records", async () => {
  const c = await run({
    command: sh("echo one; sleep 0.1; echo two >&2; sleep 0.1; printf three; sleep 0.1; echo; printf four"),
  });
  await exitOf(c);
  assert.deepEqual(logRecords(c.log), [
    ["stdout", "F", "one"],
    ["stderr", "F", "two"],
    ["stdout", "P", "three"],
    ["stdout", "F", ""],
    ["stdout", "P", "four"],
  ]);
});

test("log: long lines and many lines are complete", async () => {
  const c = await run({ command: sh("seq 200000; head -c 300000 /dev/zero | tr '\\0' x; echo; seq 5") });
  await exitOf(c);
  let text = "";
  for (const [, tag, message] of logRecords(c.log)) text += message + (tag === "F" ? "\n" : "");
  const seq = (n) => Array.from({ length: n }, (_, i) => `${i + 1}\n`).join("");
  assert.equal(text.length, seq(200000).length + 300001 + seq(5).length);
  assert.ok(text === `${seq(200000)}${"x".repeat(300000)}\n${seq(5)}`);
});

test("log: limit starts the file anew", async () => {
  const c = await run({ command: sh("seq 10000"), logMax: 5000 });
  await exitOf(c);
  assert.ok(statSync(c.log).size <= 5000);
  assert.equal(logRecords(c.log).at(-1)[2], "10000");
  assert.ok(!existsSync(`${c.log}.new`));
});

test("log: a full disk neither blocks nor ends the container", async () => {
  const c = await run({ command: sh("seq 100000; exit 3"), logPath: "/dev/full" });
  assert.equal((await exitOf(c)).code, "3");
});

test("hold: a fast process loses nothing for a late client", async () => {
  const c = await run({ command: sh("echo hello; echo oops >&2; exit 5"), hold: true });
  await sleep(300);
  const result = await attach(c).done;
  assert.deepEqual([result.code, result.stdout, result.stderr], [5, "hello\n", "oops\n"]);
  c.sync.destroy();
});

test("hold: a late client of a silent process gets the exit code", async () => {
  const c = await run({ command: sh("exit 5"), hold: true });
  await sleep(300);
  assert.equal((await attach(c).done).code, 5);
  c.sync.destroy();
});

test("hold ends when nobody will attach", async () => {
  const c = await run({ command: sh("seq 100000; exit 6"), hold: true });
  await sleep(100);
  assert.ok(!existsSync(c.exitFile));
  c.sync.destroy();
  assert.equal((await exitOf(c)).code, "6");
  assert.equal(logRecords(c.log).filter(([, tag]) => tag === "F").length, 100000);
});

test("hold ends some seconds after the process, when its client was stopped before it attached", async () => {
  const c = await run({ command: sh("echo hello; exit 7"), hold: true });
  assert.equal((await exitOf(c)).code, "7");
  assert.deepEqual(
    logRecords(c.log).map(([, , text]) => text),
    ["hello"],
  );
  c.sync.destroy();
});

test("stdin to the end, and back, exactly", async () => {
  const bytes = randomBytes(Number(process.env.TSPOD_TEST_BYTES ?? 5 << 20));
  const c = await run({ command: ["cat"], stdin: true, hold: true, log: "none" });
  const result = await attach(c, ["--stdin"], { input: bytes }).done;
  assert.equal(result.size, bytes.length);
  assert.equal(result.sha256, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(result.code, 0);
});

test("without stdin asked for, the process has none and the client eats none", async () => {
  const c = await run({ command: ["cat"], hold: true });
  assert.equal((await attach(c, ["--stdin"], { input: "lost" }).done).stdout, "");
});

test("a process that closes its stdin does not block the client", async () => {
  const c = await run({ command: sh("exec 0<&-; sleep 0.3; echo done"), stdin: true, hold: true });
  const result = await attach(c, ["--stdin"], { input: Buffer.alloc(3 << 20) }).done;
  assert.deepEqual([result.code, result.stdout], [0, "done\n"]);
});

test("signals pass while stdin is stuck", async () => {
  const c = await run({
    command: sh("trap 'exit 9' INT; echo up; while :; do sleep 0.1; done"),
    stdin: true,
    hold: true,
  });
  const client = attach(c, ["--stdin", "--sig-proxy"], { input: Buffer.alloc(1 << 20), open: true });
  await until(() => client.output().includes("up"), "output");
  await sleep(100);
  client.child.kill("SIGINT");
  assert.equal((await client.done).code, 9);
});

test("without sig-proxy a signal ends only the client", async () => {
  const c = await run({ command: sh("echo up; sleep 100"), hold: true });
  const client = attach(c);
  await until(() => client.output().includes("up"), "output");
  client.child.kill("SIGTERM");
  assert.equal((await client.done).signal, "SIGTERM");
  assert.ok(alive(c.pid));
  process.kill(c.pid, 9);
  await exitOf(c);
});

test("several clients, one of them stopped for a while, lose nothing", async () => {
  const c = await run({ command: sh("read x; seq 300000; exit 4"), stdin: true, hold: true });
  const slow = attach(c, [], { open: true }),
    fast = attach(c, [], { open: true }),
    third = attach(c, ["--stdin"], { open: true });
  await sleep(200);
  slow.child.kill("SIGSTOP");
  third.child.stdin.write("go\n");
  await sleep(500);
  slow.child.kill("SIGCONT");
  const results = await Promise.all([slow.done, fast.done, third.done]);
  const expected = createHash("sha256")
    .update(Array.from({ length: 300000 }, (_, i) => `${i + 1}\n`).join(""))
    .digest("hex");
  for (const result of results) assert.deepEqual([result.code, result.sha256], [4, expected]);
});

test("a client that is killed holds nobody up", async () => {
  const c = await run({ command: sh("read x; seq 300000; exit 4"), stdin: true, hold: true });
  const dead = attach(c, [], { open: true }),
    live = attach(c, ["--stdin"], { open: true });
  await sleep(200);
  dead.child.kill("SIGSTOP");
  live.child.stdin.write("go\n");
  await sleep(300);
  dead.child.kill("SIGKILL");
  assert.equal((await live.done).code, 4);
});

for (const [flags, survives] of [
  [[], true],
  [["--rm"], false],
])
  test(`a broken stdout is an error; the container ${survives ? "goes on" : "is stopped with --rm"}`, async () => {
    const c = await run({ command: sh("trap 'exit 0' TERM; while :; do echo y; done"), hold: true });
    const client = attach(c, flags);
    await until(() => client.output().includes("y"), "output");
    client.child.stdout.destroy();
    const result = await client.done;
    assert.equal(result.code, 126);
    // Node's pipes are sockets: what was sent and not yet read is lost with the reader, which is a reset.
    assert.match(result.stderr, /^Error: write \/dev\/stdout: (?:broken pipe|connection reset by peer)\n$/);
    assert.equal(alive(c.pid), survives);
    if (survives) process.kill(c.pid, 9);
    await exitOf(c);
  });

const { spawn: spawnPty } = createRequire(import.meta.url)("@lydell/node-pty");

test("a real terminal: raw while attached, window size follows, restored at the end", async () => {
  const c = await run({
    command: sh("stty size; read x; echo got $x; stty size; read y; exit 3"),
    tty: true,
    stdin: true,
    rows: 20,
    columns: 60,
    hold: true,
  });
  const script = `stty -g > ${base}/before; ${join(programs, "tspod-attach")} --tty --stdin --detach-keys 1011 ${c.run}; echo code $?; stty -g > ${base}/after`;
  const pty = spawnPty("sh", ["-c", script], { cols: 60, rows: 20, env: process.env });
  let text = "";
  pty.onData((data) => {
    text += data;
  });
  await until(() => text.includes("20 60"), "first size");
  pty.resize(90, 30);
  await sleep(200);
  pty.write("hello\r");
  await until(() => text.includes("got hello"), "answer");
  await until(() => text.includes("30 90"), "second size");
  pty.write("\r");
  await until(() => text.includes("code 3"), "exit code");
  await until(() => readMaybe(join(base, "after")), "stty");
  assert.equal(readMaybe(join(base, "after")), readMaybe(join(base, "before")));
});

test("--no-stdout and --no-stderr", async () => {
  for (const [flag, expected] of [
    ["--no-stdout", ["", "err\n"]],
    ["--no-stderr", ["out\n", ""]],
  ]) {
    const c = await run({ command: sh("echo out; echo err >&2"), hold: true });
    const result = await attach(c, [flag]).done;
    assert.deepEqual([result.stdout, result.stderr], expected);
  }
});

test("terminal: its size is there at the first instruction", async () => {
  const c = await run({ command: sh("stty size; exit 3"), tty: true, rows: 33, columns: 77, hold: true });
  const result = await attach(c, ["--tty"]).done;
  assert.deepEqual([result.code, result.stdout], [3, "33 77\r\n"]);
  assert.deepEqual(logRecords(c.log), [["stdout", "F", "33 77\r"]]);
});

test("terminal: much output, all there at its end", async () => {
  const c = await run({ command: sh("seq 50000"), tty: true, hold: true });
  const result = await attach(c, ["--tty"]).done;
  assert.equal(result.stdout, Array.from({ length: 50000 }, (_, i) => `${i + 1}\r\n`).join(""));
});

test("terminal: detach keys, found across reads; a broken match is passed on", async () => {
  const c = await run({ command: sh("stty raw -echo; echo up; cat"), tty: true, stdin: true, hold: true });
  const client = attach(c, ["--tty", "--stdin", "--detach-keys", "1011"], { open: true });
  await until(() => client.output().includes("up"), "output");
  client.child.stdin.write("a\x10b\x10");
  await sleep(100);
  client.child.stdin.write("\x10c\x10");
  await sleep(100);
  client.child.stdin.write("\x11never");
  const result = await client.done;
  assert.equal(result.code, 0);
  assert.ok(alive(c.pid));
  await until(() => readMaybe(c.log).includes("c"), "echo in the log");
  assert.equal(
    logRecords(c.log)
      .map(([, , text]) => text)
      .join("")
      .replace("up", "")
      .replace("\r", ""),
    "a\x10b\x10\x10c",
  );
  process.kill(c.pid, 9);
  await exitOf(c);
});

test("/dev/stdout can be reopened by another uid", async () => {
  const c = await run({ command: sh("echo again > /dev/stdout; echo err > /dev/stderr"), user: 1000 });
  await exitOf(c);
  assert.deepEqual(logRecords(c.log).sort(), [
    ["stderr", "F", "err"],
    ["stdout", "F", "again"],
  ]);
});

test("a daemonised process in the host's pid namespace is not waited for, and ended", async () => {
  const c = await run({
    command: sh("(trap '' HUP; sleep 47) & echo $!; exit 2"),
    hostPids: true,
    hold: true,
  });
  const result = await attach(c).done;
  assert.equal(result.code, 2, c.text + result.stderr);
  await exitOf(c);
  assert.ok(!alive(Number(result.stdout)));
});

test("--rm removes the container, not what symlinks in it point to", async () => {
  const c = makeContainer({ command: sh("true"), rm: true, hold: true });
  const precious = join(base, `${c.id}-precious`);
  mkdirSync(precious);
  writeFileSync(join(precious, "file"), "x");
  symlinkSync(precious, join(c.store, "link"));
  symlinkSync("/", join(c.store, "bundle", "root"));
  writeFileSync(join(base, `${c.id}-name`), "");
  const volume = join(base, `${c.id}-volume`),
    shared = join(base, `${c.id}-shared`);
  for (const directory of [volume, shared]) mkdirSync(join(directory, "refs"), { recursive: true });
  for (const path of [join(volume, "refs", c.id), join(shared, "refs", c.id), join(shared, "refs", "other")])
    writeFileSync(path, "");
  const deep = join(c.store, "deep");
  mkdirSync(deep);
  const here = process.cwd();
  process.chdir(deep);
  for (let i = 0; i < 3000; i++) {
    mkdirSync("d");
    process.chdir("d");
  }
  process.chdir(here);
  const answer = await startMonitor(
    planOf(c, [
      ["remove-link", join(base, `${c.id}-name`)],
      ["volume-ref", join(volume, "refs", c.id), "gone @TIME@"],
      ["volume-ref", join(shared, "refs", c.id), "kept"],
    ]),
    { keepSync: true },
  );
  assert.ok(answer.started, answer.text);
  const result = await attach(c).done;
  assert.deepEqual([result.code, result.stderr], [0, ""]);
  assert.deepEqual([c.store, volume, join(base, `${c.id}-name`)].filter(existsSync), []);
  assert.deepEqual(readdirSync(join(shared, "refs")), ["other"]);
  assert.deepEqual(readdirSync(precious), ["file"]);
  assert.match(readMaybe(c.events), /"remove"/);
  assert.match(readMaybe(c.events), /^gone \d{4}-/m);
  assert.doesNotMatch(readMaybe(c.events), /kept/);
  // This comes last of all, behind the client's back; 3000 directories inside each other take a busy disk 8 s.
  await until(() => !existsSync(c.run), "the end of the runtime's files", 60_000);
  assert.deepEqual(readdirSync(join(base, "trash")), []);
});

test("mounts are the monitor's own; --rm does not enter them", async () => {
  const c = makeContainer({
    command: sh("echo x > /written; cat /written"),
    rm: true,
    hold: true,
    root: undefined,
  });
  for (const name of ["upper", "work", "merged"]) mkdirSync(join(c.store, name));
  const config = join(c.store, "bundle", "config.json");
  const spec = JSON.parse(readFileSync(config, "utf8"));
  writeFileSync(config, JSON.stringify({ ...spec, root: { path: join(c.store, "merged") } }));
  const mount = [
    "mount",
    "overlay",
    join(c.store, "merged"),
    "overlay",
    "0",
    `lowerdir=rootfs,upperdir=${c.store}/upper,workdir=${c.store}/work,userxattr`,
    base,
  ];
  const answer = await startMonitor(planOf(c, [mount]), { keepSync: true });
  assert.ok(answer.started, answer.text);
  assert.ok(!readFileSync("/proc/self/mountinfo", "utf8").includes(c.store));
  const result = await attach(c).done;
  assert.deepEqual([result.code, result.stdout], [0, "x\n"]);
  assert.ok(!existsSync(c.store));
  assert.ok(existsSync(join(rootfs, "bin/sh")));
});

test("failure of create: the runtime's words, and nothing left", async () => {
  const c = await run({ command: ["/no/such/program"], network: "slirp" });
  assert.match(c.failed, /^create [1-9]/);
  const words = `${c.failed} ${readMaybe(join(c.run, "runtime.log"))}`;
  assert.match(words, /no such file/i);
  assert.deepEqual(readdirSync(c.run), ["runtime.log"]);
});

for (const [stage, change] of [
  ["plan", (plan) => [...plan, ["nonsense", "x"]]],
  ["mount", (plan) => [...plan, ["mount", "none", "/no/such/place", "tmpfs", "0", "", ""]]],
  ["prepare", (plan) => [...plan, ["prepare", "false"]]],
  ["log", (plan) => plan.map((r) => (r[0] === "log" ? ["log", "k8s-file", "/no/such/dir/log", "0"] : r))],
  ["runtime", (plan) => plan.map((r) => (r[0] === "create" ? ["create", "/no/such/runtime"] : r))],
  ["create", (plan) => plan.map((r) => (r[0] === "create" ? ["create", "false"] : r))],
  ["start", (plan) => plan.map((r) => (r[0] === "start" ? ["start", "false"] : r))],
])
  test(`failure of ${stage}: undone and told`, async () => {
    const c = makeContainer({ command: sh("sleep 100") });
    const answer = await startMonitor(change(planOf(c)));
    assert.match(answer.failed ?? answer.text, new RegExp(`^${stage} [1-9]`));
    assert.deepEqual(
      readdirSync(c.run).filter((f) => !["pid", "runtime.log"].includes(f)),
      [],
    );
    if (answer.pid) assert.ok(!alive(answer.pid));
    assert.ok(!existsSync(join(base, "runtime", c.id)));
  });

test("mounts and network are made before the byte that says go; nothing is created", async () => {
  const c = makeContainer({ command: sh("echo hi"), network: "slirp" });
  const beforeGo = async () => {
    await until(() => existsSync(join(c.run, "slirp.sock")), "slirp4netns");
    assert.ok(!existsSync(join(c.run, "pid")));
  };
  const answer = await startMonitor(planOf(c), { beforeGo });
  assert.ok(answer.started, answer.text);
  await until(() => existsSync(c.exitFile), "exit file");
  assert.deepEqual(logRecords(c.log), [["stdout", "F", "hi"]]);
});

test("end of file instead of that byte: all is undone", async () => {
  const c = makeContainer({ command: sh("echo hi"), network: "slirp" });
  const answer = await startMonitor(planOf(c), {
    beforeGo: () => until(() => existsSync(join(c.run, "slirp.sock")), "slirp4netns"),
    go: "",
  });
  assert.match(answer.text, /^failed go \d+ the command has left\n$/);
  assert.deepEqual(readdirSync(c.run), []);
  assert.ok(!existsSync(join(base, "runtime", c.id)));
});

const listen = (port) =>
  new Promise((resolve, reject) => {
    const s = createServer();
    s.on("error", reject);
    s.listen(port, "127.0.0.1", () => resolve(s));
  });
const freePort = async () => {
  const s = await listen(0);
  const { port } = s.address();
  await new Promise((r) => s.close(r));
  return port;
};

test("network: slirp4netns is ready before the process, and forwards ports", async () => {
  const port = await freePort();
  const c = await run({
    command: sh("ip addr show tap0; echo hi | nc -l -p 8080"),
    network: "slirp",
    ports: [[port, 8080]],
  });
  assert.ok(c.started, c.text);
  const text = await until(() => readMaybe(c.log).includes("10.0.2.100") && readMaybe(c.log), "address");
  assert.match(text, /10\.0\.2\.100/);
  const answer = await new Promise((resolve) => {
    let got = "";
    const tryIt = (left) => {
      const s = connect(port, "127.0.0.1");
      s.on("data", (d) => {
        got += d;
      });
      s.on("error", () => {});
      s.on("close", () => (got || !left ? resolve(got) : setTimeout(tryIt, 100, left - 1)));
    };
    tryIt(20);
  });
  assert.equal(answer, "hi\n");
  await exitOf(c);
  assert.ok(!existsSync(join(c.run, "slirp.sock")) && !existsSync(c.netns));
});

test("failure of a port names its index, and undoes all", async () => {
  const server = await listen(0);
  const c = await run({
    command: sh("sleep 100"),
    network: "slirp",
    ports: [
      [await freePort(), 80],
      [server.address().port, 81],
    ],
  });
  server.close();
  assert.match(c.failed, /^port 1 /);
  assert.deepEqual(
    readdirSync(c.run).filter((f) => !["pid", "runtime.log"].includes(f)),
    [],
  );
});

test("failure of the network: its own words", async () => {
  const c = makeContainer({ command: sh("sleep 100"), network: "slirp" });
  const plan = planOf(c).map((r) =>
    r[0] === "network" ? ["network", "sh", "-c", "echo bad luck >&2; exit 1"] : r,
  );
  assert.match((await startMonitor(plan)).failed, /^network \d+ bad luck$/);
});

test("kill -9 of the monitor leaves the container running; clients say what happened", async () => {
  const c = await run({ command: sh("echo up; sleep 100"), hold: true });
  const client = attach(c);
  await until(() => client.output().includes("up"), "output");
  process.kill(c.monitor, "SIGKILL");
  const result = await client.done;
  assert.deepEqual(
    [result.code, result.stderr],
    [125, "Error: lost connection to the container's monitor\n"],
  );
  assert.ok(alive(c.pid));
  process.kill(c.pid, 9);
});

/** An exec session in a running container; its client has not attached yet. */
async function startSession(c, name, command) {
  const session = join(c.run, "exec", name);
  mkdirSync(session, { recursive: true });
  writeFileSync(
    join(session, "process.json"),
    JSON.stringify({ user: { uid: 0, gid: 0 }, args: sh(command), env: ["PATH=/bin"], cwd: "/" }),
  );
  const runtimeCommand = [runtime, "--root", join(base, "runtime"), "--log", join(session, "log")];
  const answer = await startMonitor(
    [
      ["id", c.id],
      ["dir", session],
      ["stdin"],
      ["log", "none"],
      ["hold"],
      ["pid-file", join(session, "pid")],
      [
        "create",
        ...runtimeCommand,
        "exec",
        "--detach",
        "--process",
        join(session, "process.json"),
        "--pid-file",
        join(session, "pid"),
        c.id,
      ],
      ["exit-file", join(session, "exit")],
    ],
    { keepSync: true },
  );
  assert.match(answer.text, /^created \d+\nstarted\n/);
  return { session, answer };
}

test("exec: exit code, stdio, its own directory", async () => {
  const c = await run({ command: sh("sleep 100") });
  const { session } = await startSession(c, "s1", "cat; exit 8");
  const result = await attach({ run: session }, ["--stdin"], { input: "through" }).done;
  assert.deepEqual([result.code, result.stdout], [8, "through"]);
  assert.match(readMaybe(join(session, "exit")), /^code 8\n/);
  process.kill(c.pid, 9);
  await exitOf(c);
});

test("exec: the command is told how a process has ended that no client came to", async () => {
  const c = await run({ command: sh("sleep 100") });
  const { session, answer } = await startSession(c, "s1", "sleep 0.5; kill -9 $$");
  let told = "";
  answer.sync.on("data", (data) => {
    told += data;
  });
  await until(() => told !== "", "the end of the process");
  assert.equal(told, "ended 137\n");
  answer.sync.destroy();
  await until(() => !existsSync(join(session, "attach")), "the end of the session");
  process.kill(c.pid, 9);
  await exitOf(c);
});

describe("a client whose socket is gone ends", () => {
  const gone = join(base, "gone");
  const client = (before, after) => {
    const [program, ...args] = [join(programs, "tspod-attach"), ...before, gone, ...after];
    return spawnSync("sh", ["-c", 'exec 3<"$0"; exec "$@"', join(base, "answers"), program, ...args]);
  };
  const says = (answers, before = [], after = []) => {
    writeFileSync(join(base, "answers"), answers);
    const { status, stdout, stderr } = client(before, after);
    return [status, stdout.toString(), stderr.toString()];
  };
  /** As the client of a start that is not over. */
  const starting = (answers) => says(answers, ["--starting", "3", "-1"], ["/bin/echo", "failed:"]);

  test("with the code that the monitor answers", () =>
    assert.deepEqual(starting("created 5\nstarted\nended 137\n"), [137, "", ""]));

  test("saying that nothing runs, where no code is answered", () => {
    const stderr = "Error: you can only attach to running containers\n";
    assert.deepEqual(says(""), [125, "", stderr]);
    assert.deepEqual(starting("created 5\nstarted\n"), [125, "", stderr]);
    assert.deepEqual(starting("created 5\nstarted\nnonsense\n"), [125, "", stderr]);
  });

  test("as the command that says why nothing was started", () => {
    assert.deepEqual(starting("failed create 1 why\n"), [0, "failed: failed create 1 why\n", ""]);
    assert.deepEqual(starting("created 5\nfailed start 1 why\n"), [0, "failed: failed start 1 why\n", ""]);
    assert.deepEqual(starting("created 5\n"), [0, "failed: \n", ""]);
  });

  test("saying that no health check is run", () =>
    assert.deepEqual(says("", ["--healthcheck", "1s"]), [
      125,
      "",
      "Error: the container ended before its health check\n",
    ]));
});

test("descriptors do not leak into the container", async () => {
  const c = await run({ command: sh("ls /proc/self/fd | tr '\\n' ' '") });
  await exitOf(c);
  assert.match(logRecords(c.log)[0][2], /^0 1 2 3 ?$/); // 3 is the directory that ls reads
});

test("private memory of monitor and client", async () => {
  const c = await run({ command: sh("seq 100000; sleep 100"), hold: true, lib: released });
  const client = attach(c, [], { open: true, program: join(released, "tspod-attach") });
  await until(() => client.output().includes("99999"), "output");
  const kilobytes = (pid) =>
    [...readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  const monitor = kilobytes(c.monitor),
    attached = kilobytes(client.child.pid);
  console.error(`# private memory: monitor ${monitor} kB, attach ${attached} kB`);
  assert.ok(monitor < 600 && attached < 1000);
  process.kill(c.pid, 9);
  await exitOf(c);
});
