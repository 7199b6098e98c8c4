import { TspodError } from "../../../errors.ts";
import { isSystemError, systemErrorReason } from "../../../os/system-error.ts";
import type { CreateContext } from "./create-context.ts";

/** @throws {TspodError} If the file can't be read, in Podman's words. */
export function readNamedFile(path: string, { readFile }: Pick<CreateContext, "readFile">): string {
  try {
    return readFile(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`open ${path}: ${systemErrorReason(error)}`);
  }
}
