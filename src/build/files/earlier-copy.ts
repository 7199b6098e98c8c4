import { closeSync, constants, openSync, readSync } from "node:fs";
import { type FileStatus, fstatatIfThere, linkat, S_IFDIR, S_IFMT, S_IFREG } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Attributes } from "../../storage/tree/attributes.ts";
import {
  type HeldFile,
  holdFile,
  identity,
  type Place,
  readAttributes,
} from "../../storage/tree/held-file.ts";
import { linkHeld } from "./first-copy.ts";

/** A file that is to be in the new layer. */
export interface WantedFile {
  /** The directory that it goes into, from the root of the layer, as bytes: "" for the root. */
  readonly directory: string;
  readonly to: Place;
  /** What it is to be like. */
  readonly attributes: Attributes;
  readonly size: number;
  /** SHA-256 of its content in hex, where that is known without reading it. */
  readonly digest?: string | undefined;
  /** Reads its content, as readSync() does; absent: it is not read for this. */
  readonly read?: (buffer: Buffer, position: number) => number;
}

/**
 * The layer that the same instruction has made before. A file that is the same in both is one file with two
 * names: nothing of it is written again. Layers are never changed in place, so no name's file can change.
 */
export interface EarlierCopy extends Disposable {
  /** @returns false where the layer has no such file: then it is to be copied */
  link(wanted: WantedFile): boolean;
}

const CHUNK = 256 * 1024;

/** A layer, and what is known of it. */
export interface EarlierLayer {
  /** Absolute path of its files. */
  readonly files: string;
  /** Digests of its files by their paths: readCopiedFiles(); absent: each file is compared byte by byte. */
  readonly digests: ReadonlyMap<string, string> | undefined;
}

export function openEarlierCopy({ files, digests }: EarlierLayer): EarlierCopy {
  const root = openSync(files, constants.O_RDONLY | constants.O_DIRECTORY);
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)] as const;
  /** Files of the layer that have a name in the new one: two names there would make it one file twice. */
  const used = new Set<string>();
  /** The one that was asked for last; its `held` is undefined where the layer has no such directory. */
  let current: { readonly path: string; readonly held: HeldFile | undefined } | undefined;
  const directoryAt = (path: string): HeldFile | undefined => {
    if (current?.path === path) return current.held;
    current?.held?.[Symbol.dispose]();
    const held = holdFile({ dirFd: root, name: path === "" ? "." : Buffer.from(path, "latin1") });
    if (held !== undefined && (held.status.mode & S_IFMT) !== S_IFDIR) held[Symbol.dispose]();
    else current = { path, held };
    return current?.path === path ? current.held : undefined;
  };
  return {
    link(wanted) {
      const directory = directoryAt(wanted.directory);
      if (directory === undefined) return false;
      if (isKnown(digests, wanted)) return linkKnown(directory, wanted, used);
      using held = holdFile({ dirFd: directory.fd, name: wanted.to.name });
      if (held === undefined || !isAlike(held, wanted)) return false;
      if (!hasContent(held, wanted, buffers)) return false;
      return linked(held.status, used, () => linkHeld(held, wanted.to));
    },
    [Symbol.dispose]() {
      current?.held?.[Symbol.dispose]();
      closeSync(root);
    },
  };
}

/** Whether the layer's file has that content as was noted when the layer was made. */
function isKnown(digests: EarlierLayer["digests"], { directory, to, digest }: WantedFile): boolean {
  if (digests === undefined || digest === undefined) return false;
  return digests.get(pathInLayer(directory, to.name)) === digest;
}

/** Of a file, as CopiedFiles has it. */
export function pathInLayer(directory: string, name: string | Buffer): string {
  const own = Buffer.from(name).toString("latin1");
  return directory === "" ? own : `${directory}/${own}`;
}

/**
 * A file whose content and that it has no xattrs was noted when the layer was made is not opened: nothing
 * changes a layer that is in the store.
 */
function linkKnown({ fd }: HeldFile, wanted: WantedFile, used: Set<string>): boolean {
  const { name } = wanted.to;
  const status = fstatatIfThere(fd, name);
  if (status === undefined || !hasStatus(status, wanted) || wanted.attributes.xattrs.length > 0) return false;
  return linked(status, used, () => linkat({ dirFd: fd, path: name }, { ...wanted.to, path: name }));
}

/** Whether all that two names of one file share is as wanted, but for the content. */
function isAlike(held: HeldFile, wanted: WantedFile): boolean {
  if (!hasStatus(held.status, wanted)) return false;
  return readAttributes(held).xattrs.length === 0 && wanted.attributes.xattrs.length === 0;
}

function hasStatus(status: FileStatus, { attributes, size }: WantedFile): boolean {
  const { mode, uid, gid } = status;
  const isSame = uid === attributes.uid && gid === attributes.gid && hasTime(status, attributes);
  return isSame && mode === (S_IFREG | attributes.mode) && status.size === size;
}

function hasTime({ modified }: FileStatus, { mtime }: Attributes): boolean {
  return modified.seconds === mtime.seconds && modified.nanoseconds === mtime.nanoseconds;
}

/** @param buffers of the same size; what is in them is written over */
function hasContent(held: HeldFile, { read }: WantedFile, [own, other]: readonly [Buffer, Buffer]): boolean {
  if (read === undefined) return false;
  const fd = openSync(`/proc/self/fd/${held.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    for (let at = 0; ; ) {
      const count = readSync(fd, own, 0, own.length, at);
      if (read(other, at) !== count || own.compare(other, 0, count, 0, count) !== 0) return false;
      if (count < own.length) return true;
      at += count;
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * A file has so many names at most (ext4: 65 000); an overlay of another file system has none of these.
 * @param used files of the layer that have a name in the new one
 */
function linked(status: FileStatus, used: Set<string>, link: () => void): boolean {
  const is = identity(status);
  if (used.has(is)) return false;
  try {
    link();
  } catch (error) {
    if (hasCode(error, "EMLINK", "EXDEV", "EPERM")) return false;
    throw error;
  }
  used.add(is);
  return true;
}
