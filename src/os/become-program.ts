import { flushCompileCache } from "node:module";

/**
 * Replace this process by a program: same pid, no Node. Never returns. What was printed must have been flushed.
 * Node's own exit does not happen, so what it would do there and matters is done here: compiled code goes to the cache.
 * @param file absolute path
 * @param argv with argv[0]
 * @see execve(2)
 */
export function becomeProgram(
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): never {
  flushCompileCache();
  const { execve } = process;
  if (execve === undefined) throw new Error("this Node has no process.execve");
  const variables = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return execve.call(process, file, argv, Object.fromEntries(variables));
}
