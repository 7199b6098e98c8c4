import assert from "node:assert/strict";
import { spawn as spawnChild } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pipe, setCloexec, winsize } from "./descriptor.ts";
import { mountFlags, umount } from "./mount.ts";
import { getrlimit, pidfdOpen, pidfdSendSignal, waitpid } from "./process.ts";
import { isAlive, readStartTime } from "./process-identity.ts";
import { spawn } from "./spawn.ts";

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-process-"));
});
after(() => rmSync(root, { recursive: true }));

/** What a shell prints, with its exit status. */
function shell(script: string, fds: (output: number) => number[], env: Record<string, string> = {}) {
  const path = join(root, "output");
  const output = openSync(path, "w");
  try {
    const pid = spawn({ file: "/bin/sh", argv: ["sh", "-c", script], env, cwd: root, fds: fds(output) });
    return { status: waitpid(pid), output: readFileSync(path, "utf8") };
  } finally {
    closeSync(output);
  }
}

test("spawn(): exactly the asked descriptors, environment and directory", () => {
  const { output, status } = shell(
    'for fd in 0 1 2 3 4 5 6; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done; echo "$A$HOME"; pwd; exit 3',
    (fd) => [-1, fd, fd, fd],
    { A: "b" },
  );
  assert.deepEqual(status, { code: 3, signal: 0 });
  assert.equal(output, `0\n1\n2\n3\nb\n${root}\n`);
});

test("spawn(): descriptors may change places", () => {
  const one = openSync("/dev/null", "r");
  const two = openSync("/proc/self/status", "r");
  const { output } = shell("readlink /proc/$$/fd/3; readlink /proc/$$/fd/4", (fd) => [
    -1,
    fd,
    2,
    Math.max(one, two),
    Math.min(one, two),
  ]);
  assert.match(output, one < two ? /status\n.*null\n/ : /null\n.*status\n/);
  closeSync(one);
  closeSync(two);
});

for (const [file, code] of [
  ["/nonexistent", "ENOENT"],
  ["/etc/passwd", "EACCES"],
  ["/", "EACCES"],
  ["/etc/passwd/x", "ENOTDIR"],
] as const)
  test(`spawn() of ${file} fails with ${code}`, () => {
    assert.throws(() => spawn({ file, argv: ["x"], env: {}, fds: [] }), {
      code,
      syscall: "spawn",
      path: file,
    });
  });

test("spawn(): a NUL byte in an argument is refused", () => {
  assert.throws(() => spawn({ file: "/bin/true", argv: ["x", "a\0b"], env: {}, fds: [] }), TypeError);
});

test("spawn(): signals are as in a new process", () => {
  const { output } = shell("exec grep -E '^Sig(Blk|Ign)' /proc/self/status", (fd) => [-1, fd, 2]);
  // By exec: a shell that forks has all signals blocked for a moment. glibc's posix_spawn() lets its own two
  // signals, 32 and 33, be ignored; whoever uses them sets a handler first.
  assert.match(output, /SigBlk:\t0+\nSigIgn:\t0{7}180000000\n|SigBlk:\t0+\nSigIgn:\t0+\n/);
});

test("waitpid(): a signal is 128 + its number", () => {
  assert.deepEqual(shell("kill -9 $$", () => [-1, -1, -1]).status, { code: 137, signal: 9 });
  assert.throws(() => waitpid(process.pid), { code: "ECHILD" });
});

test("pidfd: signals reach that process only, and none after its end", () => {
  const pid = spawn({ file: "/bin/sleep", argv: ["sleep", "60"], env: {}, fds: [], newSession: true });
  const fd = pidfdOpen(pid);
  const startTime = readStartTime(pid);
  assert.ok(startTime !== undefined && isAlive({ pid, startTime }));
  assert.ok(!isAlive({ pid, startTime: "1" }), "another process with that pid");
  pidfdSendSignal(fd, 15);
  assert.deepEqual(waitpid(pid), { code: 143, signal: 15 });
  assert.throws(() => pidfdSendSignal(fd, 0), { code: "ESRCH" });
  assert.throws(() => pidfdOpen(pid), { code: "ESRCH" });
  assert.equal(readStartTime(pid), undefined);
  assert.ok(!isAlive({ pid, startTime }));
  closeSync(fd);
});

test("descriptors: pipe, close-on-exec", () => {
  const { readFd, writeFd } = pipe();
  const flags = () => /flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${writeFd}`, "utf8"))?.[1] ?? "";
  const CLOEXEC = 0o2000000;
  assert.ok(Number.parseInt(flags(), 8) & CLOEXEC);
  setCloexec(writeFd, false);
  assert.ok(!(Number.parseInt(flags(), 8) & CLOEXEC));
  for (const fd of [readFd, writeFd]) closeSync(fd);
  assert.throws(() => setCloexec(writeFd, true), { code: "EBADF" });
});

test("limits, windows, mounts", () => {
  const { soft, hard } = getrlimit("RLIMIT_NOFILE");
  assert.ok(soft > 0 && soft <= hard);
  const fd = openSync("/dev/null", "r");
  assert.equal(winsize(fd), undefined);
  closeSync(fd);
  assert.ok(mountFlags("/proc") >= 0);
  assert.ok(!existsSync(join(root, "none")));
  assert.throws(() => umount(join(root, "none")), { code: /ENOENT|EPERM/ });
});

/** The pid of a process that ends now, and that its own parent reaps: we hold it as no zombie. */
function endingProcess(): Promise<number> {
  const shell = spawnChild("sh", ["-c", "true & echo $!; wait"], { stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((known) => shell.stdout.once("data", (text) => known(Number(text))));
}

test("a process that ends while it is looked at is one that has ended, and no error", async () => {
  for (let i = 0; i < 60; i++) {
    const pid = await endingProcess();
    while (readStartTime(pid) !== undefined);
  }
});
