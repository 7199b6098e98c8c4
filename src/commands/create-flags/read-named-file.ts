import { TspodError } from "../../errors.ts";
import type { CreateContext } from "./create-context.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
};

/** @throws {TspodError} If the file can't be read, in Podman's words. */
export function readNamedFile(path: string, { readFile }: Pick<CreateContext, "readFile">): string {
  try {
    return readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new TspodError(`open ${path}: ${REASONS[code] ?? code}`);
  }
}
