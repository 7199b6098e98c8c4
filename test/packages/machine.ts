import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** The machine is a bare Debian of the test's own, and the test is its root. */

export const PACKAGES = "/root/packages";
const USER = "visitor";
const PATIENCE = 300_000; // ms
/** A control group that is the user's own, as a log-in gives one. */
const GROUP = `/sys/fs/cgroup/tspod-packages-${randomBytes(4).toString("hex")}`;
const CGROUP2_SUPER_MAGIC = 0x63677270; // statfs(2)
export const HOME = `/home/${USER}`;

/** The one package whose name ends so. */
export function packageFile(end: string): string {
  const file = readdirSync(PACKAGES).find((name) => name.endsWith(end));
  assert.ok(file !== undefined, `${PACKAGES} has no *${end}`);
  return join(PACKAGES, file);
}

/** A command as root; its output. */
export function root(file: string, ...args: string[]): string {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return execFileSync(file, args, {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1e8,
  });
}

export function install(...packages: string[]): void {
  root("apt-get", "install", "--no-install-recommends", "-y", "-q", ...packages);
}

/** What containers need and no package but Debian's brings, and what the image is made of. */
export function prepareMachine(): void {
  root("apt-get", "update", "-q");
  install("busybox-static", "passwd");
  root("useradd", "--create-home", "--shell", "/bin/sh", "--uid", "4321", USER);
  // Where the machine around this one has cgroup v1 controllers beside v2, crun runs nothing.
  if (statfsSync("/sys/fs/cgroup").type !== CGROUP2_SUPER_MAGIC) {
    root("umount", "--recursive", "/sys/fs/cgroup");
    root("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup");
  }
  mkdirSync(`${GROUP}/session`, { recursive: true });
  root("chown", "-R", "4321:4321", GROUP);
  for (const device of ["/dev/net/tun", "/dev/fuse"]) chmodSync(device, 0o666);
  mkdirSync("/run/user", { recursive: true });
  mkdirSync("/run/user/4321", { mode: 0o700 });
  root("chown", "4321:4321", "/run/user/4321");
}

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ends what the user has running. The kernel keeps the group, which outlives this Debian. */
export async function leaveMachine(): Promise<void> {
  writeFileSync(`${GROUP}/cgroup.kill`, "1");
  for (
    let wait = 0;
    readFileSync(`${GROUP}/cgroup.events`, "utf8").includes("populated 1") && wait < 50;
    wait++
  )
    await setTimeout(100);
  root("find", GROUP, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+");
}

/** A line of shell as the ordinary user, with the environment of a log-in. */
export function asUser(line: string, path?: string): Said {
  const { words, options } = logIn(line, path);
  const { status, stdout, stderr } = spawnSync("sh", words, { ...options, timeout: PATIENCE });
  return { code: status, stdout, stderr };
}

/** As asUser(), while this process does other things. */
export function asUserMeanwhile(line: string, path?: string): Promise<Said> {
  const { words, options } = logIn(line, path);
  return new Promise((resolve) => {
    const child = execFile("sh", words, { ...options, timeout: PATIENCE }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function logIn(line: string, path = "/usr/local/bin:/usr/bin:/bin") {
  const env = { HOME, USER, LOGNAME: USER, PATH: path, LANG: "C.UTF-8", XDG_RUNTIME_DIR: "/run/user/4321" };
  const enter = `echo $$ >${GROUP}/session/cgroup.procs && exec setpriv --reuid 4321 --regid 4321 --init-groups sh -c "$1"`;
  const words = ["-c", enter, "sh", line];
  return { words, options: { env, cwd: HOME, encoding: "utf8" as const } };
}

/** As asUser(), for a line that must end well and quietly. */
export function userOk(line: string, path?: string): string {
  const { code, stdout, stderr } = asUser(line, path);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, line);
  return stdout.trimEnd();
}

/**
 * Does something while the machine has no libatomic1. The main job can't be done so: slirp4netns of Debian 13
 * and newer needs the library itself.
 */
export function withoutLibatomic(act: () => void): void {
  const libraries = globSync("/usr/lib/*/libatomic.so.1*");
  assert.notDeepEqual(libraries, [], "no package has brought libatomic1");
  for (const library of libraries) renameSync(library, `${library}.away`);
  try {
    act();
  } finally {
    for (const library of libraries) renameSync(`${library}.away`, library);
  }
}

/** The main job, by the `tspod` in PATH: an image, a container, its output and its exit code. */
export function mainJob(path?: string): void {
  userOk(
    "tar --create --directory=/ bin/busybox usr/bin/busybox 2>/dev/null | tspod import - box >/dev/null 2>&1",
    path,
  );
  assert.equal(userOk("tspod run --rm box busybox echo hello", path), "hello");
  assert.equal(asUser("tspod run --rm box busybox sh -c 'exit 7'", path).code, 7);
  const listing = userOk("tspod run --rm box busybox ip addr", path);
  assert.match(listing, /10\.0\.2\.100/);
}

/** A tree of busybox with musl's dynamic linker and no other; its /proc has to be unmounted. */
export function makeMuslTree(): string {
  const tree = "/root/musl";
  for (const directory of ["bin", "lib", "opt", "proc", "root", "tmp"])
    mkdirSync(join(tree, directory), { recursive: true });
  root("cp", "/bin/busybox", `${tree}/bin/busybox`);
  root("chroot", tree, "/bin/busybox", "--install", "/bin");
  for (const linker of globSync("/lib/ld-musl-*.so.1")) root("cp", "--dereference", linker, `${tree}/lib/`);
  assert.notDeepEqual(globSync(`${tree}/lib/*`), [], "the package musl has no dynamic linker");
  root("mount", "-t", "proc", "proc", `${tree}/proc`);
  return tree;
}

/** Every file with tspod in its name that belongs neither to a user nor to the test. */
export function leftovers(): string[] {
  const found = root("find", "/", "-xdev", "-path", "/proc", "-prune", "-o", "-iname", "*tspod*", "-print");
  const ours = [
    /^\/home\//,
    /^\/root\//,
    /^\/tmp\//,
    /^\/run\/user\//,
    /^\/var\/cache\/apt\//,
    /^\/var\/log\//,
  ];
  return found.split("\n").filter((path) => path !== "" && !ours.some((own) => own.test(path)));
}
