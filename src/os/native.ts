import { join } from "node:path";
import { libDirectory } from "./program-files.ts";
import type { PathLike } from "./system-error.ts";

/**
 * addon.node as it is: system calls that return a negative errno where they fail. Use the typed functions of
 * the files beside this one.
 */
export interface Native {
  /** Flags of V8, as on the command line of Node. */
  setEngineFlags(flags: string): number;
  mount(source: PathLike, target: PathLike, type: string, flags: number, data: PathLike): number;
  umount(target: PathLike, flags: number): number;
  mountFlags(path: PathLike): number;
  takeMount(pid: number, path: PathLike): number;
  moveMount(fd: number, target: PathLike): number;
  lsetxattr(path: PathLike, name: PathLike, value: Uint8Array, flags: number): number;
  lgetxattr(path: PathLike, name: PathLike): Buffer | number;
  llistxattr(path: PathLike): Buffer | number;
  fsetxattr(fd: number, name: PathLike, value: Uint8Array, flags: number): number;
  fgetxattr(fd: number, name: PathLike): Buffer | number;
  flistxattr(fd: number): Buffer | number;
  flock(fd: number, operation: number): number;
  syncfs(fd: number): Promise<number> | number;
  setCloexec(fd: number, on: number): number;
  isHungUp(fd: number): number;
  pipe(): Buffer | number;
  /** 1: it is no regular file. */
  readText(path: PathLike, limit: number): string | number;
  ownDirectories(path: PathLike, names: Uint8Array, required: number): number;
  openat2(dirFd: number, path: PathLike, flags: number, mode: number, resolve: number): number;
  mkdirat(dirFd: number, path: PathLike, mode: number): number;
  mknodat(dirFd: number, path: PathLike, mode: number, major: number, minor: number): number;
  linkat(oldDirFd: number, oldPath: PathLike, newDirFd: number, newPath: PathLike, flags: number): number;
  symlinkat(target: PathLike, dirFd: number, path: PathLike): number;
  readlinkat(dirFd: number, path: PathLike): Buffer | number;
  unlinkat(dirFd: number, path: PathLike, flags: number): number;
  renameat2(oldDirFd: number, oldPath: PathLike, newDirFd: number, newPath: PathLike, flags: number): number;
  fchownat(dirFd: number, path: PathLike, uid: number, gid: number, flags: number): number;
  fchmod(fd: number, mode: number): number;
  copyContent(from: number, to: number, begin: number, end: number): number;
  utimensat(
    dirFd: number,
    path: PathLike,
    accessSeconds: number,
    accessNanoseconds: number,
    modifySeconds: number,
    modifyNanoseconds: number,
    flags: number,
  ): number;
  makeFile(
    dirFd: number,
    name: PathLike,
    mode: number,
    chmod: number,
    content: Uint8Array,
    modifySeconds: number,
    modifyNanoseconds: number,
  ): number;
  fstatat(dirFd: number, path: PathLike, flags: number): Buffer | number;
  waitpid(pid: number): number;
  pidfdOpen(pid: number): number;
  pidfdSendSignal(fd: number, signal: number): number;
  /** What it answers; empty where all is done. */
  tellMonitor(directory: PathLike, byte: number): string | number;
  getrlimit(resource: number): Buffer | number;
  windowSize(fd: number): number;
  ignoreSignal(number: number): number;
  holdSignals(): number;
  heldSignal(): number;
  releaseSignals(): number;
  adler32(bytes: Uint8Array): number;
  execve(file: PathLike, argv: Uint8Array, env: Uint8Array): number;
  spawn(
    file: PathLike,
    directory: string,
    argv: Uint8Array,
    env: Uint8Array,
    fds: Int32Array,
    newSession: number,
  ): number;
}

function load(): Native {
  // process.dlopen() works the same in an ES module from source and in the CommonJS bundle; require() does
  // not.
  const addon: { exports: unknown } = { exports: {} };
  process.dlopen(addon, join(libDirectory, "addon.node"));
  return addon.exports as Native;
}

export const native: Native = load();
