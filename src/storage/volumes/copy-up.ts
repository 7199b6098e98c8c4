import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { S_IFDIR, S_IFMT } from "../../os/addon.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { mergeInto } from "../tree/copy-tree.ts";
import { findInLayer, openLowerChain } from "../tree/lower-chain.ts";
import { resolveInChain } from "../tree/resolve-in-chain.ts";
import type { CopyUp } from "./copy-up-request.ts";

const ROOT = { uid: 0, gid: 0 };

/**
 * The first use of a volume. Two containers that start at the same time take turns: the second finds it used.
 * @param volume absolute path of the volume's directory
 */
export async function copyUp(
  volume: string,
  { lowers, nocopy = false, unused, ...fill }: CopyUp & { unused: string },
): Promise<void> {
  using _lock = await acquireLock(join(volume, "lock"));
  if (!existsSync(join(volume, unused))) return;
  const data = join(volume, "_data");
  if (!nocopy && readdirSync(data).length === 0) fillVolume(data, await lowers(), fill);
  if (!nocopy) unlinkSync(join(volume, unused));
}

function fillVolume(
  data: string,
  topFirst: readonly string[],
  { destination, owner, keepsOwner = false }: Pick<CopyUp, "destination" | "owner" | "keepsOwner">,
): void {
  using chain = openLowerChain(topFirst);
  const path = resolveInChain(chain, Buffer.from(destination).toString("latin1"));
  const node = path === undefined ? undefined : chain.find(path);
  if (path === undefined || node === undefined) {
    const { uid, gid } = owner?.() ?? ROOT;
    if (!keepsOwner) chownSync(data, uid, gid);
    return;
  }
  if ((node.status.mode & S_IFMT) !== S_IFDIR) return;
  const { uid, gid, mode } = statSync(data);
  for (const directory of layersWith(topFirst, path).reverse()) {
    const dirFd = openSync(directory, constants.O_DIRECTORY);
    try {
      mergeInto({ dirFd, name: path === "" ? "." : toPath(path) }, data);
    } finally {
      closeSync(dirFd);
    }
  }
  const attributes = keepsOwner ? { uid, gid, mode } : node.status;
  chownSync(data, attributes.uid, attributes.gid);
  chmodSync(data, attributes.mode & 0o7777);
}

/** The layers that show something of a directory, topmost first. */
export function layersWith(topFirst: readonly string[], path: ByteString): string[] {
  const found: string[] = [];
  for (const directory of topFirst) {
    const rootFd = openSync(directory, constants.O_DIRECTORY);
    try {
      const node = findInLayer(rootFd, path === "" ? [] : path.split("/"));
      if (node === "hidden") return found;
      if (node === "absent") continue;
      if ((node.status.mode & S_IFMT) !== S_IFDIR) return found;
      found.push(directory);
      if (node.opaque) return found;
    } finally {
      closeSync(rootFd);
    }
  }
  return found;
}
