import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";

/**
 * As Podman 5.8: where the path of the log is a directory (`log_path` of containers.conf), the container has
 * one of its own in there, which stays when the container is removed.
 * @param made.undo removes that directory again
 * @throws {TspodError} If it can't be made.
 */
export function withLogDirectory(
  options: CreateOptions,
  { id, undo }: { readonly id: string; readonly undo: AsyncDisposableStack },
): CreateOptions {
  const { log } = options;
  const isFile = log.driver === "k8s-file" || log.driver === "json-file";
  if (!isFile || log.path === undefined || !isDirectory(log.path)) return options;
  const directory = join(log.path, id);
  try {
    mkdirSync(directory, { mode: 0o755 });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(
      `failed to create container log directory ${directory}: mkdir ${directory}: ${systemErrorReason(error)}`,
    );
  }
  undo.defer(() => rmdirSync(directory));
  return { ...options, log: { ...log, path: join(directory, "ctr.log") } };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
