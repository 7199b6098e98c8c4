import assert from "node:assert/strict";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  AT_EMPTY_PATH,
  AT_REMOVEDIR,
  fchmod,
  fchownat,
  fstatat,
  linkat,
  mkdirat,
  mknodat,
  O_PATH,
  openat2,
  RENAME_NOREPLACE,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
  readlinkat,
  renameat,
  S_IFIFO,
  S_IFMT,
  symlinkat,
  unlinkat,
  utimensat,
} from "./at.ts";
import { fgetxattr, flistxattr, fsetxattr } from "./xattr.ts";

const O_CREAT = 0o100;
const O_WRONLY = 1;
let root: string;
let dir: number;

before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-at-"));
  dir = openSync(root, "r");
});
after(() => {
  closeSync(dir);
  rmSync(root, { recursive: true });
});

test("openat2() in a root: an absolute symlink stays inside", () => {
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc", "passwd"), "inside");
  symlinkSync("/etc", join(root, "absolute"));
  const fd = openat2(dir, "absolute/passwd", { flags: 0, resolve: RESOLVE_IN_ROOT });
  assert.equal(readFileSync(fd, "utf8"), "inside");
  closeSync(fd);
});

for (const [name, path, resolve, code] of [
  ["../ beyond the root, beneath", "../x", RESOLVE_BENEATH, "EXDEV"],
  ["a symlink, where none may be", "absolute/passwd", RESOLVE_NO_SYMLINKS, "ELOOP"],
  ["nothing there", "missing", RESOLVE_IN_ROOT, "ENOENT"],
  ["a NUL byte in the name", "a\0b", 0, "EINVAL"],
  ["a name that is too long", "x".repeat(300), 0, "ENAMETOOLONG"],
  ["a path that is too long", "x/".repeat(3000), 0, "ENAMETOOLONG"],
] as const)
  test(`openat2() fails: ${name}`, () => {
    assert.throws(() => openat2(dir, path, { flags: 0, resolve }), {
      code,
      syscall: "openat2",
      errno: -constants.errno[code],
    });
  });

test("names that are no UTF-8 go and come as bytes", () => {
  const name = Buffer.from([0x66, 0xff, 0xfe]);
  closeSync(openat2(dir, name, { flags: O_CREAT | O_WRONLY, mode: 0o600, resolve: RESOLVE_BENEATH }));
  symlinkat(name, dir, "to-bytes");
  assert.deepEqual(readlinkat(dir, "to-bytes"), name);
  assert.equal(fstatat(dir, name).size, 0);
  unlinkat(dir, name);
});

test("directories, links, times, modes, and their removal", () => {
  mkdirat(dir, "sub", 0o700);
  const sub = openat2(dir, "sub", { flags: O_PATH });
  mknodat(sub, "fifo", { mode: S_IFIFO | 0o600 });
  assert.equal(fstatat(sub, "fifo").mode & S_IFMT, S_IFIFO);
  linkat({ dirFd: sub, path: "fifo" }, { dirFd: dir, path: "hard" });
  assert.equal(fstatat(dir, "hard").links, 2);

  utimensat(dir, "hard", { modify: { seconds: -2, nanoseconds: 999_999_999 } });
  assert.deepEqual(fstatat(dir, "hard").modified, { seconds: -2, nanoseconds: 999_999_999 });
  utimensat(dir, "hard", {
    modify: { seconds: 2 ** 33, nanoseconds: 1 },
    access: { seconds: 1, nanoseconds: 5 },
  });
  assert.equal(statSync(join(root, "hard"), { bigint: true }).mtimeNs, 2n ** 33n * 10n ** 9n + 1n);
  assert.equal(statSync(join(root, "hard"), { bigint: true }).atimeNs, 1_000_000_005n);

  const held = openat2(dir, "hard", { flags: O_PATH });
  fchmod(held, 0o4711);
  closeSync(held);
  assert.equal(fstatat(dir, "hard").mode & 0o7777, 0o4711);
  fchownat(dir, "hard", { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 });
  fchownat(sub, "", { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1, flags: AT_EMPTY_PATH });

  assert.throws(
    () => renameat({ dirFd: dir, path: "hard" }, { dirFd: sub, path: "fifo" }, RENAME_NOREPLACE),
    { code: "EEXIST", message: "EEXIST: file already exists, renameat2 'hard' -> 'fifo'", dest: "fifo" },
  );
  unlinkat(sub, "fifo");
  renameat({ dirFd: dir, path: "hard" }, { dirFd: sub, path: "moved" });
  assert.throws(() => unlinkat(dir, "sub", AT_REMOVEDIR), { code: "ENOTEMPTY" });
  unlinkat(sub, "moved");
  unlinkat(dir, "sub", AT_REMOVEDIR);
  closeSync(sub);
});

test("symlinks' own times are set, and their targets' are not", () => {
  writeFileSync(join(root, "target"), "");
  symlinkat("target", dir, "link");
  utimensat(dir, "link", { modify: { seconds: 7, nanoseconds: 0 } });
  assert.equal(fstatat(dir, "link").modified.seconds, 7);
  assert.notEqual(fstatat(dir, "target").modified.seconds, 7);
});

test("wrong kinds of arguments are EINVAL, not a crash", () => {
  for (const wrong of [undefined, null, 1, {}, []]) {
    assert.throws(() => mkdirat(dir, wrong as unknown as string, 0o700), { code: "EINVAL" });
  }
});

test("what is done by a descriptor is done to what was opened, whatever has its name now", () => {
  writeFileSync(join(root, "victim"), "", { mode: 0o600 });
  writeFileSync(join(root, "opened"), "", { mode: 0o644 });
  const held = openat2(dir, "opened", { flags: O_PATH });
  renameat({ dirFd: dir, path: "opened" }, { dirFd: dir, path: "moved-away" });
  symlinkSync(join(root, "victim"), join(root, "opened"));
  fchmod(held, 0o4755);
  utimensat(held, "", { modify: { seconds: 7, nanoseconds: 0 }, flags: AT_EMPTY_PATH });
  fsetxattr(held, "user.mine", Buffer.from("yes"));
  assert.equal(fgetxattr(held, "user.mine").toString(), "yes");
  assert.deepEqual(
    flistxattr(held).filter((name) => name.startsWith("user.")),
    ["user.mine"],
  );
  closeSync(held);
  assert.equal(statSync(join(root, "victim")).mode & 0o7777, 0o600);
  assert.equal(statSync(join(root, "moved-away")).mode & 0o7777, 0o4755);
  assert.equal(statSync(join(root, "moved-away")).mtimeMs, 7000);
});

test("fchmod() of no descriptor is EBADF", () => {
  assert.throws(() => fchmod(-1, 0o644), { code: "EBADF", syscall: "fchmod" });
});
