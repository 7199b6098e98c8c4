import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { S_IFDIR, S_IFMT } from "../os/at.ts";
import { acquireLock } from "../os/file-lock.ts";
import { type ByteString, toPath } from "../storage/tar/byte-string.ts";
import { mergeInto } from "../storage/tree/copy-tree.ts";
import { findInLayer, openLowerChain } from "../storage/tree/lower-chain.ts";
import { resolveInChain } from "../storage/tree/resolve-in-chain.ts";
import type { CopyUp } from "./copy-up-request.ts";

const ROOT = { uid: 0, gid: 0 };

/** What stands in a volume's file `unused` once its root has the owner that its first use gave it. */
const OWNED = "owned";

/**
 * A use of a volume that nothing has been copied into yet. Two containers that start at the same time take
 * turns: the second finds it used.
 * @param volume absolute path of the volume's directory
 * @returns whether something was copied
 */
export async function copyUp(
  volume: string,
  { lowers, nocopy = false, unused, keepsOwner = false, ...fill }: CopyUp & { unused: string },
): Promise<boolean> {
  if (nocopy) return false;
  using _lock = await acquireLock(join(volume, "lock"));
  const note = join(volume, unused);
  if (!existsSync(note)) return false;
  const data = join(volume, "_data");
  const owned = keepsOwner || readFileSync(note, "utf8") === OWNED;
  const empty = readdirSync(data).length === 0;
  if (empty) fillVolume(data, await lowers(), { ...fill, keepsOwner: owned });
  // Docker, and Podman since 4.8, copy where a container comes that has something for an empty volume.
  const filled = readdirSync(data).length > 0;
  if (filled) unlinkSync(note);
  else writeFileSync(note, OWNED);
  return empty && filled;
}

function fillVolume(
  data: string,
  topFirst: readonly string[],
  { destination, owner, keepsOwner = false }: Pick<CopyUp, "destination" | "owner" | "keepsOwner">,
): void {
  using chain = openLowerChain(topFirst);
  const path = resolveInChain(chain, Buffer.from(destination).toString("latin1"));
  const node = path === undefined ? undefined : chain.find(path);
  // A container that has it mounted may fill it meanwhile: it all goes by this descriptor.
  const fd = openSync(data, constants.O_DIRECTORY);
  try {
    if (path === undefined || node === undefined) {
      const { uid, gid } = owner?.() ?? ROOT;
      if (!keepsOwner) fchownSync(fd, uid, gid);
      return;
    }
    if ((node.status.mode & S_IFMT) !== S_IFDIR) return;
    const { uid, gid, mode } = fstatSync(fd);
    for (const directory of layersWith(topFirst, path).reverse()) {
      const dirFd = openSync(directory, constants.O_DIRECTORY);
      try {
        mergeInto({ dirFd, name: path === "" ? "." : toPath(path) }, data);
      } finally {
        closeSync(dirFd);
      }
    }
    const attributes = keepsOwner ? { uid, gid, mode } : node.status;
    fchownSync(fd, attributes.uid, attributes.gid);
    fchmodSync(fd, attributes.mode & 0o7777);
  } finally {
    closeSync(fd);
  }
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
