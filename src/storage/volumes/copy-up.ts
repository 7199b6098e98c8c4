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
import { TspodError } from "../../errors.ts";
import { readlinkat, S_IFDIR, S_IFLNK, S_IFMT } from "../../os/addon.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { mergeInto } from "../tree/copy-tree.ts";
import { findInLayer, type LowerChain, type LowerNode, openLowerChain } from "../tree/lower-chain.ts";
import type { CopyUp } from "./copy-up-request.ts";

const ROOT = { uid: 0, gid: 0 };
/** @see symlink(7) */
const SYMLINKS_MAX = 40;

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

/**
 * Follow an image's symlinks inside of it: a clean path without any, or undefined where that leads nowhere.
 */
export function resolveInChain(chain: LowerChain, path: ByteString): ByteString | undefined {
  const done: ByteString[] = [];
  const rest = path.split("/").reverse();
  let node: LowerNode | undefined = chain.find("");
  for (let hops = 0; rest.length > 0; ) {
    const part = rest.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    node = chain.find([...done, part].join("/"));
    if (node === undefined) return undefined;
    if ((node.status.mode & S_IFMT) !== S_IFLNK) {
      done.push(part);
      continue;
    }
    if (++hops > SYMLINKS_MAX) throw new TspodError(`too many symlinks on the way to "${path}" in the image`);
    const target = readlinkat(node.dirFd, node.name).toString("latin1");
    if (target.startsWith("/")) done.length = 0;
    rest.push(...target.split("/").reverse());
  }
  return done.join("/");
}
