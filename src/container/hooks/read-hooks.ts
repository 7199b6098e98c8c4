import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import { readSmallTextIfThere } from "../../os/files/read-small-file.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { type Hook, parseHook } from "./hook.ts";

/**
 * The hooks of all directories, in the order in which they run: that of their files' names in lower case. Of
 * two files with one name that of the later directory counts. As Podman, a hook is passed over whose program
 * is not there.
 * @param directories absolute paths; those that are not there are passed over
 * @throws {TspodError} If a directory or a file `*.json` can't be read, or a file says no hook.
 * @see oci-hooks(5)
 */
export function readHooks(directories: readonly string[]): Hook[] {
  const found = new Map<string, Hook>();
  for (const directory of directories)
    for (const name of namesIn(directory)) {
      const hook = readHook(join(directory, name));
      if (hook !== undefined) found.set(name, hook);
    }
  const inOrder = [...found].sort(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b));
  return inOrder.map(([, hook]) => hook);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return [];
    throw new TspodError(`open ${directory}: ${systemErrorReason(error)}`);
  }
}

/** Undefined where the file is a symlink to nothing, or the hook's program is not there. */
function readHook(path: string): Hook | undefined {
  try {
    const content = readSmallTextIfThere(path);
    if (content === undefined) return undefined;
    const hook = parseHook(content);
    return existsSync(hook.hook.path) ? hook : undefined;
  } catch (error) {
    if (isSystemError(error)) throw new TspodError(`open ${path}: ${systemErrorReason(error)}`);
    if (!(error instanceof TspodError)) throw error;
    throw new TspodError(`parsing hook "${path}"`, { cause: error });
  }
}
