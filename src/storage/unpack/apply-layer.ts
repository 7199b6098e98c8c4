import { TspodError } from "../../errors.ts";
import {
  fstatat,
  makeFile,
  mkdirat,
  mknodat,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  symlinkat,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, readable, toPath } from "../tar/byte-string.ts";
import { checkDepth, cleanEntryPath, splitPath } from "../tar/entry-path.ts";
import type { BodySink, TarEntry } from "../tar/tar-entry.ts";
import { readCreator } from "../tree/attributes.ts";
import { createFile } from "../tree/file-sink.ts";
import { finishSpecial } from "../tree/finish-special.ts";
import { openLayerTree } from "../tree/layer-tree.ts";
import type { LowerChain } from "../tree/lower-chain.ts";
import { finishDirectory } from "./finish-directory.ts";
import { linkFromBelow, makeLink } from "./hard-links.ts";
import { type DirectoryNote, type LayerWork, makeNew, noteDirectory, replace } from "./layer-work.ts";
import { applyWhiteout, isWhiteoutName, makeWayThroughWhiteouts } from "./whiteouts.ts";

const DIRECTORY_MODE = 0o755;

/**
 * Puts the entries of one layer's tar into an empty directory, in the form in which overlayfs wants a lower
 * directory.
 */
export interface LayerApplier extends Disposable {
  /**
   * Do what an entry says.
   * @param content of a file, where it is at hand
   * @returns the sink for a file's content, unless it was at hand and is written
   * @throws {TspodError} If the entry is hostile.
   */
  apply(entry: TarEntry, content?: Buffer): BodySink | undefined;
  /** Do what had to wait for the layers below, then set directories' owners, modes and times. */
  finish(lower: LowerChain): void;
}

/** @param root absolute path of an empty directory of ours */
export function layerApplier(root: string): LayerApplier {
  const directories = new Map<ByteString, DirectoryNote>([["", { attributes: undefined, opaque: false }]]);
  const tree = openLayerTree(root, (path) => directories.set(path, { attributes: undefined, opaque: false }));
  const work: LayerWork = {
    tree,
    creator: readCreator(),
    directories,
    whiteouts: new Set(),
    waiting: new Map(),
    copied: new Map(),
  };
  return {
    apply(entry, content) {
      const sink = unpacking(entry.name, () => applyEntry(work, entry, content));
      return (
        sink && {
          write: (chunk) => unpacking(entry.name, () => sink.write(chunk)),
          end: () => unpacking(entry.name, () => sink.end()),
          abort: () => sink.abort(),
        }
      );
    },
    finish(lower) {
      for (const [path, target] of work.waiting)
        unpacking(path, () => linkFromBelow(work, lower, { path, target }));
      for (const [path, note] of directories)
        unpacking(path, () => finishDirectory(work, lower, { path, note }));
    },
    [Symbol.dispose]: () => tree[Symbol.dispose](),
  };
}

/** @throws {TspodError} For what the system refuses, too: it is the layer that asks for it. */
function unpacking<T>(name: ByteString, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof TspodError) throw cause;
    throw new TspodError(`unpacking "${readable(name)}"`, { cause });
  }
}

function applyEntry(work: LayerWork, entry: TarEntry, content: Buffer | undefined): BodySink | undefined {
  const path = cleanEntryPath(entry.name);
  checkDepth(path);
  const { name } = splitPath(path);
  if (isWhiteoutName(name)) return applyWhiteout(work, path);
  if (path === "") return noteRoot(work, entry);
  work.waiting.delete(path);
  if (work.whiteouts.size > 0) makeWayThroughWhiteouts(work, path);
  switch (entry.type) {
    case "directory":
      return makeDirectory(work, path, entry);
    case "file":
      return makeNew(work, path, (dirFd, last) => makeFileAt(work, entry, { dirFd, name: last, content }));
    case "symlink":
      return makeNew(work, path, (dirFd, last) => makeSymlink(work, entry, { dirFd, name: last }));
    case "link":
      return makeLink(work, path, entry);
    case "fifo":
      return makeNew(work, path, (dirFd, last) => makeFifo(work, entry, { dirFd, name: last }));
    case "device":
      // Not ours to make in a user namespace; and a 0:0 one would be a whiteout that the layer's author did
      // not write as one.
      return undefined;
  }
}

function noteRoot(work: LayerWork, entry: TarEntry): undefined {
  if (entry.type !== "directory") throw new TspodError("hostile layer: its root is not a directory");
  noteDirectory(work, "", entry);
}

/**
 * A directory over a directory changes its attributes only; over a whiteout it hides what the layers below
 * have in it.
 */
function makeDirectory(work: LayerWork, path: ByteString, entry: TarEntry): undefined {
  const { directory, name } = splitPath(path);
  const last = toPath(name);
  const dirFd = work.tree.directory(directory);
  try {
    mkdirat(dirFd, last, DIRECTORY_MODE);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if ((fstatat(dirFd, last).mode & S_IFMT) !== S_IFDIR) {
      const opaque = work.whiteouts.has(path);
      replace(work, path);
      mkdirat(work.tree.directory(directory), last, DIRECTORY_MODE);
      if (opaque) work.directories.set(path, { attributes: undefined, opaque });
    }
  }
  noteDirectory(work, path, entry);
}

/** Most files are small, ours and without xattrs: they are made in one call. */
function makeFileAt(
  { creator }: LayerWork,
  entry: TarEntry,
  { dirFd, name, content }: { dirFd: number; name: string | Buffer; content: Buffer | undefined },
): BodySink | undefined {
  const { uid, gid, mode, mtime, xattrs, segments } = entry;
  const plain = uid === creator.uid && gid === creator.gid && xattrs.length === 0 && segments === undefined;
  if (content === undefined || !plain) return createFile({ dirFd, name }, entry, creator);
  makeFile(dirFd, name, { mode, umask: creator.umask, content, modify: mtime });
}

function makeSymlink(
  work: LayerWork,
  entry: TarEntry,
  place: { dirFd: number; name: string | Buffer },
): undefined {
  symlinkat(toPath(entry.linkName), place.dirFd, place.name);
  finishSpecial(place, S_IFLNK, { creator: work.creator, attributes: entry, made: "symlink" });
}

function makeFifo(
  work: LayerWork,
  entry: TarEntry,
  place: { dirFd: number; name: string | Buffer },
): undefined {
  const made = entry.mode & 0o777;
  mknodat(place.dirFd, place.name, { mode: S_IFIFO | made });
  finishSpecial(place, S_IFIFO, { creator: work.creator, attributes: entry, made });
}
