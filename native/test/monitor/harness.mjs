// Builds bundles and plans, speaks the protocol of ../../protocol.h with the real monitor, attach client and OCI runtime.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAnswers } from "../../../src/protocol/answers.ts";
import { descriptorsByNumber, FD, GO, monitorArguments } from "../../../src/protocol/descriptors.ts";
import { eventTemplate, MARKS } from "../../../src/protocol/event-template.ts";
import { parseFacts } from "../../../src/protocol/facts.ts";
import { encodePlan, MONITOR_EVENTS, namedRecord } from "../../../src/protocol/plan.ts";

export const programs = process.env.TSPOD_LIB;
/** The programs as users get them: without sanitizers, which take memory and time. */
export const released = process.env.TSPOD_RELEASED_LIB ?? programs;
export const runtime = process.env.TSPOD_TEST_RUNTIME ?? "runc";
export const base = mkdtempSync(join(tmpdir(), "tspod-monitor-"));
process.on("exit", () => rmSync(base, { recursive: true, force: true, maxRetries: 3 }));

const APPLETS = [
  "sh",
  "cat",
  "echo",
  "sleep",
  "true",
  "false",
  "stty",
  "head",
  "dd",
  "yes",
  "seq",
  "ls",
  "kill",
  "sha256sum",
  "printf",
  "wc",
  "id",
  "tr",
  "mkdir",
  "touch",
  "ip",
  "nc",
  "trap",
  "mount",
  "ln",
];

/** A root filesystem of busybox. */
export function makeRootfs(directory) {
  for (const name of ["bin", "proc", "dev", "sys", "tmp", "etc"])
    mkdirSync(join(directory, name), { recursive: true });
  copyFileSync("/bin/busybox", join(directory, "bin/busybox"));
  for (const applet of APPLETS) symlinkSync("busybox", join(directory, "bin", applet));
  return directory;
}

export const rootfs = makeRootfs(join(base, "rootfs"));

const CAPABILITIES = ["CAP_KILL", "CAP_DAC_OVERRIDE", "CAP_SETUID", "CAP_SETGID", "CAP_CHOWN", "CAP_FOWNER"];

function runtimeSpec({ command, tty, root, netns, user, hostPids, readonly }) {
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: tty ?? false,
      user: { uid: user ?? 0, gid: user ?? 0 },
      args: command,
      env: ["PATH=/bin", "TERM=xterm"],
      cwd: "/",
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
    },
    root: { path: root, readonly: readonly ?? false },
    hostname: "test",
    mounts: [
      // a new procfs needs a pid namespace of its own
      hostPids
        ? { destination: "/proc", type: "bind", source: "/proc", options: ["rbind"] }
        : { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755", "size=65536k"] },
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
      },
    ],
    linux: {
      namespaces: [
        ...(hostPids ? [] : [{ type: "pid" }]),
        { type: "mount" },
        { type: "uts" },
        { type: "ipc" },
        ...(netns ? [{ type: "network", path: netns }] : []),
      ],
    },
  };
}

let number = 0;

/** Directories of a new container; its command and the like from `options`. */
export function makeContainer(options) {
  const id = `tm-${process.pid}-${++number}`;
  const store = join(base, "store", id),
    run = join(base, "run", id);
  mkdirSync(join(store, "bundle"), { recursive: true });
  mkdirSync(run, { recursive: true });
  mkdirSync(join(base, "trash"), { recursive: true });
  const container = {
    id,
    store,
    run,
    log: join(store, "ctr.log"),
    exitFile: join(store, "exit"),
    events: join(base, `${id}.events`),
    netns: options.network ? join(run, "netns") : undefined,
    options,
  };
  const spec = runtimeSpec({ root: rootfs, ...options, netns: container.netns });
  writeFileSync(join(store, "bundle", "config.json"), JSON.stringify(spec));
  return container;
}

// No test looks at the process's own cgroup, and crun does not do without one by itself.
const runtimeFlags = runtime === "crun" ? ["--cgroup-manager=disabled"] : [];
const runtimeCommand = (c) => [
  runtime,
  ...runtimeFlags,
  ...["--root", join(base, "runtime"), "--log", join(c.run, "runtime.log")],
];

/** The plan's records for the container; `extra` ones go before `create`. */
export function planOf(c, extra = []) {
  const { options: o } = c;
  const consoleSocket = o.tty ? ["--console-socket", join(c.run, "console")] : [];
  return [
    ["id", c.id],
    ["dir", c.run],
    ...(o.tty ? [namedRecord("terminal", { rows: o.rows ?? 0, cols: o.columns ?? 0 })] : []),
    ...(o.stdin ? [["stdin"]] : []),
    ...(o.hold ? [["hold"]] : []),
    o.log === "none" ? ["log", "none"] : ["log", "k8s-file", o.logPath ?? c.log, String(o.logMax ?? 0)],
    ...(c.netns ? [["netns", c.netns]] : []),
    ...(o.network === "slirp" ? slirpRecords(c) : []),
    ...(o.timeout ? [["timeout", String(o.timeout)]] : []),
    ["pid-file", join(c.run, "pid")],
    [
      "create",
      ...runtimeCommand(c),
      "create",
      "--bundle",
      join(c.store, "bundle"),
      "--pid-file",
      join(c.run, "pid"),
      ...consoleSocket,
      c.id,
    ],
    ["start", ...runtimeCommand(c), "start", c.id],
    ["delete", ...runtimeCommand(c), "delete", "--force", c.id],
    ["exit-file", c.exitFile],
    ["event-log", c.events],
    ...MONITOR_EVENTS.filter((name) => name !== "restart" && name !== "health_status").map((name) =>
      namedRecord("event", {
        name,
        template: eventTemplate(
          { name, label: o.label ?? "" },
          { time: `"${MARKS.time}"`, exit: `"${MARKS.exit}"` },
        ),
      }),
    ),
    ["trash", join(base, "trash")],
    ...(o.rm ? [["remove-dir", c.store]] : []),
    ...extra,
  ];
}

function slirpRecords(c) {
  const socket = join(c.run, "slirp.sock");
  return [
    [
      "network",
      "slirp4netns",
      "-c",
      "--mtu=65520",
      "--disable-host-loopback",
      "-r",
      "3",
      "-e",
      "4",
      "--api-socket",
      socket,
      "--netns-type=path",
      c.netns,
      "tap0",
    ],
    ["network-api", socket],
    ...(c.options.ports ?? []).map(([host, guest]) => [
      "network-request",
      JSON.stringify({
        execute: "add_hostfwd",
        arguments: {
          proto: "tcp",
          host_addr: "127.0.0.1",
          host_port: host,
          guest_addr: "10.0.2.100",
          guest_port: guest,
        },
      }),
    ]),
  ];
}

/** Starts a monitor; resolves with its answers when it closes FD_SYNC or says started/failed. */
export async function startMonitor(
  plan,
  { keepSync = false, beforeGo = async () => {}, go = GO, lib = programs, under = [] } = {},
) {
  const none = openSync("/dev/null", "r"); // no lock on live.lock, none of a container
  const stdio = descriptorsByNumber({
    stdio: ["ignore", "ignore", "inherit"],
    plan: "pipe",
    sync: "pipe",
    live: none,
    lock: none,
  });
  const [program, ...words] = [...under, join(lib, "tspod-monitor"), ...monitorArguments(0, false)];
  const child = spawn(program, words, { stdio, cwd: "/" });
  closeSync(none);
  const [planPipe, sync] = [child.stdio[FD.plan], child.stdio[FD.sync]];
  planPipe.on("error", () => {}); // one that fails at once doesn't read on
  planPipe.write(encodePlan(plan));
  await beforeGo();
  planPipe.end(go);
  let text = "";
  await new Promise((resolve, reject) => {
    child.on("error", reject);
    sync.on("data", (data) => {
      text += data;
      const { started, failure } = parseAnswers(text);
      if (started || failure) resolve();
    });
    sync.on("end", resolve);
    sync.on("error", resolve);
  });
  if (!keepSync) sync.destroy();
  const { created = 0, started } = parseAnswers(text);
  return { text, pid: created, started, failed: /^failed (.*)$/m.exec(text)?.[1], sync };
}

/** Makes a container and starts it. */
export async function run(options, extra = []) {
  const c = makeContainer(options);
  const answer = await startMonitor(planOf(c, extra), { keepSync: options.hold, lib: options.lib });
  return {
    ...c,
    ...answer,
    monitor: Number(
      parseFacts(readMaybe(join(c.run, "status")))
        .get("monitor")
        ?.split(" ")[0] ?? 0,
    ),
  };
}

export const readMaybe = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(condition, what, ms = 10000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) {
    const value = condition();
    if (value) return value;
  }
  throw new Error(`timed out: ${what}`);
}

export const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readMaybe(`/proc/${pid}/status`));
  } catch {
    return false;
  }
};

/** Key and value of each line of the exit file, once it is there and the monitor is gone. */
export async function exitOf(c) {
  // not known where it had ended before anybody could look: then its status file, which goes last, tells
  const gone = () => (c.monitor ? !alive(c.monitor) : !existsSync(join(c.run, "status")));
  await until(() => existsSync(c.exitFile) && gone(), "exit file");
  return Object.fromEntries(parseFacts(readFileSync(c.exitFile, "utf8")));
}

/** A client: its collected output, what it hashed to, and its exit code. `input` is written, and ended unless `open`. */
export function attach(c, flags = [], { input, open, program, onData } = {}) {
  const child = spawn(program ?? join(programs, "tspod-attach"), [...flags, c.run], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const out = [],
    err = [];
  const hash = createHash("sha256");
  let size = 0;
  child.stdout.on("data", (data) => {
    size += data.length;
    hash.update(data);
    if (size < 1 << 20) out.push(data);
    onData?.(data);
  });
  child.stderr.on("data", (data) => err.push(data));
  child.stdin.on("error", () => {});
  if (input !== undefined) child.stdin.write(input);
  if (!open) child.stdin.end();
  const done = new Promise((resolve) =>
    child.on("close", (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        size,
        sha256: hash.digest("hex"),
      }),
    ),
  );
  return { child, done, output: () => Buffer.concat(out).toString() };
}

/** The messages of a k8s-file log: [stream, tag, text]. */
export function logRecords(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}[+-]\d\d:\d\d (stdout|stderr) ([FP]) (.*)$/s.exec(
        line,
      );
      if (!match) throw new Error(`not a record: ${JSON.stringify(line.slice(0, 100))}`);
      return match.slice(1);
    });
}
