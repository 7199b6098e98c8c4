import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import type { ContainerSource } from "../create-options.ts";

/**
 * What --rootfs names: a directory, with `:O` as the lowest layer under an upper directory of the container.
 * @param cwd absolute path of the directory that a relative one is in
 * @throws {TspodError} With `:idmap`: only a file system of our user namespace can be mounted with other ids.
 */
export function parseRootfs(text: string, cwd: string): Extract<ContainerSource, { kind: "rootfs" }> {
  if (/:idmap(?:=.*)?$/.test(text))
    throw new TspodError(
      `--rootfs ${text} is not supported: without root no directory can be mounted with other ids`,
    );
  const overlay = text.endsWith(":O");
  const path = overlay ? text.slice(0, -":O".length) : text;
  if (path === "")
    throw new TspodError("must set root filesystem source to either image or rootfs: invalid argument");
  return { kind: "rootfs", path: posix.resolve(cwd, path), ...(overlay && { overlay }) };
}
