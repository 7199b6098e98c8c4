import { S_IFDIR, S_IFMT } from "../../os/at.ts";
import { fsetxattr } from "../../os/xattr.ts";
import type { ByteString } from "../tar/byte-string.ts";
import { type Attributes, setOwnerAndMode, setTimes } from "../tree/attributes.ts";
import { holdFile, readAttributes } from "../tree/held-file.ts";
import type { LowerChain } from "../tree/lower-chain.ts";
import { OPAQUE_XATTR } from "../tree/opaque.ts";
import type { DirectoryNote, LayerWork } from "./layer-work.ts";

/** Mode of a directory that no entry and no layer below describes. */
const DIRECTORY_MODE = 0o755;
/** Mode of "/" in such a case, as containers/storage has it. */
const ROOT_MODE = 0o555;

/**
 * A directory that the tar only implies takes owner, mode, xattrs and times from the layer below, as the one
 * it stands for.
 */
export function finishDirectory(
  work: LayerWork,
  lower: LowerChain,
  { path, note }: { path: ByteString; note: DirectoryNote },
): void {
  const dirFd = work.tree.existing(path);
  if (dirFd === undefined) return;
  const attributes = note.attributes ?? attributesBelow(lower, path);
  const { creator } = work;
  const { uid, gid } = creator;
  const set = attributes ?? { uid, gid, mode: path === "" ? ROOT_MODE : DIRECTORY_MODE, xattrs: [] };
  setOwnerAndMode(dirFd, { creator, attributes: set, made: DIRECTORY_MODE });
  if (note.opaque) setOpaque(dirFd);
  if (attributes !== undefined) setTimes(dirFd, attributes.mtime);
}

function attributesBelow(lower: LowerChain, path: ByteString): Attributes | undefined {
  const below = lower.find(path);
  if (below === undefined || (below.status.mode & S_IFMT) !== S_IFDIR) return undefined;
  using held = holdFile(below);
  return held && readAttributes(held);
}

function setOpaque(dirFd: number): void {
  fsetxattr(dirFd, OPAQUE_XATTR, Buffer.from("y"));
}
