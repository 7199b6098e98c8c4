import { native } from "./native.ts";
import { checked, type PathLike } from "./system-error.ts";

export interface SpawnOptions {
  /** Absolute path of the program: PATH is not searched. */
  file: PathLike;
  /** With argv[0]. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** fds[i] becomes descriptor i of the child, all others are closed there; -1 stands for /dev/null. At most 64. */
  fds: readonly number[];
  /** setsid(2) in the child. */
  newSession?: boolean;
}

function packed(texts: readonly string[]): Buffer {
  if (texts.some((text) => text.includes("\0"))) throw new TypeError("an argument has a NUL byte in it");
  return Buffer.from(texts.map((text) => `${text}\0`).join(""));
}

/**
 * Starts a program and answers its pid once exec has succeeded. The child has no handle in libuv: the caller waits for
 * it with waitpid(), or leaves it to whoever adopts it.
 * @throws {SystemError} With the code of the failed exec (ENOENT, EACCES, …), `path` is the program.
 */
export function spawn({ file, argv, env, cwd = "", fds, newSession = false }: SpawnOptions): number {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return checked(
    native.spawn(file, cwd, packed(argv), packed(variables), Int32Array.from(fds), newSession ? 1 : 0),
    "spawn",
    file,
  );
}
