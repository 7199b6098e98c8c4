import type { Env } from "./env.ts";
import { native } from "./native.ts";
import { checked, type PathLike } from "./system-error.ts";

export interface SpawnOptions {
  /** Absolute path of the program: PATH is not searched. */
  file: PathLike;
  /** With argv[0]. */
  argv: readonly string[];
  env: Env;
  cwd?: string;
  /**
   * fds[i] becomes descriptor i of the child, and all others are closed there; -1 stands for /dev/null. At
   * most 64.
   */
  fds: readonly number[];
  /** setsid(2) in the child. */
  newSession?: boolean;
}

function packed(texts: readonly string[]): Buffer {
  if (texts.some((text) => text.includes("\0"))) throw new TypeError("an argument has a NUL byte in it");
  return Buffer.from(texts.map((text) => `${text}\0`).join(""));
}

/**
 * Starts a program, and returns its pid once exec has succeeded. The child has no handle in libuv: the caller
 * waits for it with waitpid(), or leaves it to the process that adopts it.
 * @throws {SystemError} With the code of the failed exec (ENOENT, EACCES, …), `path` is the program.
 */
export function spawn({ file, argv, env, cwd = "", fds, newSession = false }: SpawnOptions): number {
  return checked(
    native.spawn(file, cwd, packed(argv), packed(variables(env)), Int32Array.from(fds), newSession ? 1 : 0),
    "spawn",
    file,
  );
}

/**
 * Becomes the program, with the same pid and the descriptors that are not close-on-exec. Nothing of Node's
 * own exit happens.
 * @param file absolute path
 * @param argv with argv[0]
 * @throws {SystemError} If it can't be executed.
 * @see execve(2)
 */
export function execve(file: PathLike, argv: readonly string[], env: SpawnOptions["env"]): never {
  checked(native.execve(file, packed(argv), packed(variables(env))), "execve", file);
  throw new Error("execve(2) returned without an error");
}

function variables(env: SpawnOptions["env"]): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
