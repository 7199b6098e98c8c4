import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ownerOnHost } from "../../oci/id-maps.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { bindRequest } from "../../options/parse/mounts/volume.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { removeTree } from "../../storage/tree/remove-tree.ts";

/**
 * The mounts of a file `SOURCE[:DESTINATION]` a line: copies, which are made here, so that a container can't
 * change the host's. As Podman, sources that are not there are passed over, and where the user has asked for
 * another mount on a destination that one counts.
 * @param into an absolute path: the directory for the copies, which is made anew
 * @see containers-mounts.conf(5)
 */
export function defaultMounts(
  file: string,
  { mounts, idMaps }: Pick<CreateOptions, "mounts" | "idMaps">,
  { into, warn }: { readonly into: string; readonly warn: (line: string) => void },
): MountRequest[] {
  const taken = new Set(mounts.map(({ destination }) => destination));
  const found: MountRequest[] = [];
  removeTree(into); // a container may have made paths in it that are longer than PATH_MAX
  for (const [index, line] of linesOf(file).entries()) {
    const [source = "", destination = source] = splitOnce(line);
    if (taken.has(destination) || !existsSync(source)) continue;
    const copy = join(into, String(index));
    const failure = copyFor(idMaps, source, copy);
    if (failure !== undefined) {
      warn(`WARN[0000] Failed to mount subscriptions, skipping entry in ${file}: ${source}: ${failure}`);
      continue;
    }
    taken.add(destination);
    found.push(bindRequest(copy, { destination, options: { flags: {} } }));
  }
  return found;
}

/** Lines that don't begin with a path are passed over: comments, too. */
function linesOf(file: string): string[] {
  const lines = readSmallText(file).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("/"));
}

function splitOnce(line: string): string[] {
  const at = line.indexOf(":");
  return at < 0 ? [line] : [line.slice(0, at), line.slice(at + 1)];
}

/** @returns why it can't be done, if so */
function copyFor(idMaps: CreateOptions["idMaps"], source: string, copy: string): string | undefined {
  try {
    const status = statSync(source);
    if (!status.isFile() && !status.isDirectory()) return "it is no file and no directory";
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    cpSync(source, copy, { recursive: true, dereference: true });
    if (idMaps !== undefined) give(copy, ownerOnHost(idMaps, { uid: 0, gid: 0 }));
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return systemErrorReason(error);
  }
}

function give(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  chownSync(path, uid, gid);
  if (!statSync(path).isDirectory()) return;
  for (const entry of readdirSync(path, { recursive: true, encoding: "utf8" }))
    chownSync(join(path, entry), uid, gid);
}
