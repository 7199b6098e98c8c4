import { closeSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { linkat, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { type ByteString, readable, toPath } from "../tar/byte-string.ts";
import { cleanEntryPath, splitPath } from "../tar/entry-path.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { copyNode } from "../tree/copy-node.ts";
import { holdFile } from "../tree/held-file.ts";
import type { LowerChain } from "../tree/lower-chain.ts";
import { hasFile, type LayerWork, makeNew, replace } from "./layer-work.ts";

/**
 * The target's name is relative to the layer's root. Where this layer does not have it, a layer below must.
 */
export function makeLink(work: LayerWork, path: ByteString, entry: TarEntry): undefined {
  const target = cleanEntryPath(entry.linkName);
  if (target === path) return;
  if (work.waiting.has(target) || !hasFile(work, target)) {
    if (hasFile(work, path)) replace(work, path);
    work.waiting.set(path, target);
    return;
  }
  const from = splitPath(target);
  makeNew(work, path, (dirFd, name) => {
    // Looked up second, and last: opening one directory may close the other.
    const held = work.tree.existing(from.directory);
    const to = work.tree.existing(splitPath(path).directory) ?? dirFd;
    if (held === undefined)
      throw new TspodError(`unpacking "${readable(path)}": no link target "${readable(target)}"`);
    linkat({ dirFd: held, path: toPath(from.name) }, { dirFd: to, path: name });
  });
}

/** Make a link whose target this layer does not have: to a copy of what the layers below have there. */
export function linkFromBelow(
  work: LayerWork,
  lower: LowerChain,
  { path, target }: { path: ByteString; target: ByteString },
): void {
  const { waiting, creator, tree } = work;
  const { directory, name } = splitPath(path);
  const to = { dirFd: tree.directory(directory), name: toPath(name) };
  waiting.delete(path);
  // A link to the same file may have brought a copy of it here already, or the target was itself such a link.
  const copy = hasFile(work, target) ? target : work.copied.get(target);
  const from = copy === undefined ? undefined : splitPath(copy);
  const held = from && tree.existing(from.directory);
  if (from !== undefined && held !== undefined) {
    linkat({ dirFd: held, path: toPath(from.name) }, { dirFd: tree.directory(directory), path: to.name });
    return;
  }
  const node = lower.find(target);
  if (node === undefined || (node.status.mode & S_IFMT) === S_IFDIR) {
    throw new TspodError(
      `damaged layer: "${readable(path)}" is a link to "${readable(target)}", which is not there`,
    );
  }
  using source = holdFile(node);
  const made = source && copyNode(source, { to, creator });
  if (made === undefined) return;
  closeSync(made);
  work.copied.set(target, path);
}
