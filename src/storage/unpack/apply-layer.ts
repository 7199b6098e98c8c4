import { TspodError } from "../../errors.ts";
import {
  fstatat,
  hasCode,
  linkat,
  lsetxattr,
  mkdirat,
  mknodat,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  symlinkat,
} from "../../os/addon.ts";
import {
  type Attributes,
  type Creator,
  procPath,
  readCreator,
  setOwnerAndMode,
  setTimes,
} from "./attributes.ts";
import { type ByteString, readable, toPath } from "./byte-string.ts";
import { copyNode, readAttributes } from "./copy-node.ts";
import { cleanEntryPath, splitPath } from "./entry-path.ts";
import { createFile } from "./file-sink.ts";
import { type LayerTree, openLayerTree } from "./layer-tree.ts";
import { type LowerChain, OPAQUE_XATTR } from "./lower-chain.ts";
import type { BodySink, TarEntry } from "./tar-entry.ts";

const DIRECTORY_MODE = 0o755;

const WHITEOUT = ".wh.";
const OPAQUE_MARK = ".wh..wh..opq";
/** Other names of AUFS's own bookkeeping. */
const AUFS = ".wh..wh.";

/** Puts the entries of one layer's tar into an empty directory, in the form in which overlayfs wants a lower directory. */
export interface LayerApplier extends Disposable {
  /** Do what an entry says; gives the sink for a file's content. @throws {TspodError} If it is hostile. */
  apply(entry: TarEntry): BodySink | undefined;
  /** Do what had to wait for the layers below, then set directories' owners, modes and times. */
  finish(lower: LowerChain): void;
}

/** What is known of a directory: its attributes are set at the end, when nothing is made in it any more. */
interface DirectoryNote {
  /** Undefined: no entry of its own, so it takes them from the layer below. */
  attributes: Attributes | undefined;
  opaque: boolean;
}

interface Work {
  readonly tree: LayerTree;
  readonly creator: Creator;
  readonly directories: Map<ByteString, DirectoryNote>;
  /** Names that whiteouts stand at. */
  readonly whiteouts: Set<ByteString>;
  /** Hard links to files of the layers below, which need not be there yet: link → target. */
  readonly waiting: Map<ByteString, ByteString>;
  /** Files copied from the layers below for such links: target → the first link. */
  readonly copied: Map<ByteString, ByteString>;
}

/** @param root absolute path of an empty directory of ours */
export function layerApplier(root: string): LayerApplier {
  const directories = new Map<ByteString, DirectoryNote>([["", { attributes: undefined, opaque: false }]]);
  const tree = openLayerTree(root, (path) => directories.set(path, { attributes: undefined, opaque: false }));
  const work: Work = {
    tree,
    creator: readCreator(),
    directories,
    whiteouts: new Set(),
    waiting: new Map(),
    copied: new Map(),
  };
  return {
    apply(entry) {
      try {
        return applyEntry(work, entry);
      } catch (error) {
        if (error instanceof TspodError) throw error;
        throw new TspodError(`unpacking "${readable(entry.name)}"`, { cause: error });
      }
    },
    finish(lower) {
      for (const [path, target] of work.waiting) linkFromBelow(work, lower, { path, target });
      for (const [path, note] of directories) finishDirectory(work, lower, { path, note });
    },
    [Symbol.dispose]: () => tree[Symbol.dispose](),
  };
}

function applyEntry(work: Work, entry: TarEntry): BodySink | undefined {
  const path = cleanEntryPath(entry.name);
  const { name } = splitPath(path);
  if (name.startsWith(WHITEOUT)) return applyWhiteout(work, path);
  if (path === "") return noteRoot(work, entry);
  work.waiting.delete(path);
  if (work.whiteouts.size > 0) makeWayThroughWhiteouts(work, path);
  switch (entry.type) {
    case "directory":
      return makeDirectory(work, path, entry);
    case "file":
      return makeNew(work, path, (dirFd, last) => createFile({ dirFd, name: last }, entry, work.creator));
    case "symlink":
      return makeNew(work, path, (dirFd, last) => makeSymlink(work, entry, { dirFd, name: last }));
    case "link":
      return makeLink(work, path, entry);
    case "fifo":
      return makeNew(work, path, (dirFd, last) => makeFifo(work, entry, { dirFd, name: last }));
    case "device":
      // Not ours to make in a user namespace; and a 0:0 one would be a whiteout that the layer's author did not write as one.
      return undefined;
  }
}

/** Make something that replaces whatever an earlier entry has put there. */
function makeNew<T>(work: Work, path: ByteString, make: (dirFd: number, name: string | Buffer) => T): T {
  const { directory, name } = splitPath(path);
  try {
    return make(work.tree.directory(directory), toPath(name));
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    replace(work, path);
    return make(work.tree.directory(directory), toPath(name));
  }
}

/** A directory that was whited out and is only implied now is a new one: opaque. */
function makeWayThroughWhiteouts(work: Work, path: ByteString): void {
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const parent = path.slice(0, slash);
    if (!work.whiteouts.has(parent)) continue;
    replace(work, parent);
    markOpaque(work, parent);
  }
}

function replace(work: Work, path: ByteString): void {
  work.tree.remove(path);
  work.whiteouts.delete(path);
  if (!work.directories.delete(path)) return;
  const inside = `${path}/`;
  for (const known of [work.directories, work.whiteouts, work.waiting]) {
    for (const other of known.keys()) if (other.startsWith(inside)) known.delete(other);
  }
}

function noteRoot(work: Work, entry: TarEntry): undefined {
  if (entry.type !== "directory") throw new TspodError("hostile layer: its root is not a directory");
  noteDirectory(work, "", entry);
}

/** A directory over a directory changes its attributes only; over a whiteout it hides what the layers below have in it. */
function makeDirectory(work: Work, path: ByteString, entry: TarEntry): undefined {
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

function noteDirectory(work: Work, path: ByteString, attributes: Attributes): void {
  work.directories.set(path, { attributes, opaque: work.directories.get(path)?.opaque ?? false });
}

function makeSymlink(
  work: Work,
  entry: TarEntry,
  place: { dirFd: number; name: string | Buffer },
): undefined {
  symlinkat(toPath(entry.linkName), place.dirFd, place.name);
  setOwnerAndMode(place.dirFd, place.name, { creator: work.creator, attributes: entry, made: "symlink" });
  setTimes(place.dirFd, place.name, entry.mtime);
}

function makeFifo(work: Work, entry: TarEntry, place: { dirFd: number; name: string | Buffer }): undefined {
  mknodat(place.dirFd, place.name, { mode: S_IFIFO | (entry.mode & 0o777) });
  setOwnerAndMode(place.dirFd, place.name, {
    creator: work.creator,
    attributes: entry,
    made: entry.mode & 0o777,
  });
  setTimes(place.dirFd, place.name, entry.mtime);
}

/** The target's name is relative to the layer's root. Where this layer does not have it, a layer below must. */
function makeLink(work: Work, path: ByteString, entry: TarEntry): undefined {
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

function hasFile(work: Work, path: ByteString): boolean {
  const { directory, name } = splitPath(path);
  if (name === "" || work.whiteouts.has(path)) return false;
  const dirFd = work.tree.existing(directory);
  if (dirFd === undefined) return false;
  try {
    fstatat(dirFd, toPath(name));
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** A whiteout deletes from the layers below only, wherever in the tar it stands: what this layer has under that name stays. */
function applyWhiteout(work: Work, path: ByteString): undefined {
  const { directory, name } = splitPath(path);
  if (name === OPAQUE_MARK) return markOpaque(work, directory);
  if (name.startsWith(AUFS)) return;
  const hidden = name.slice(WHITEOUT.length);
  if (hidden === "" || hidden === "." || hidden === "..")
    throw new TspodError(`damaged layer: bad whiteout "${readable(path)}"`);
  const target = directory === "" ? hidden : `${directory}/${hidden}`;
  const dirFd = work.tree.directory(directory);
  try {
    mknodat(dirFd, toPath(hidden), { mode: S_IFCHR, major: 0, minor: 0 });
    work.whiteouts.add(target);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if (work.directories.has(target)) markOpaque(work, target);
  }
}

function markOpaque(work: Work, path: ByteString): undefined {
  work.tree.directory(path);
  const note = work.directories.get(path);
  work.directories.set(path, { attributes: note?.attributes, opaque: true });
}

function linkFromBelow(
  work: Work,
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
  if (copyNode(node, node.status, { to, creator })) work.copied.set(target, path);
}

/** A directory that the tar only implies takes owner, mode, xattrs and times from the layer below, as the one it stands for. */
function finishDirectory(
  work: Work,
  lower: LowerChain,
  { path, note }: { path: ByteString; note: DirectoryNote },
): void {
  const dirFd = work.tree.existing(path);
  if (dirFd === undefined) return;
  const attributes = note.attributes ?? attributesBelow(lower, path);
  const { creator } = work;
  const { uid, gid } = creator;
  const set = attributes ?? { uid, gid, mode: DIRECTORY_MODE, xattrs: [] };
  setOwnerAndMode(dirFd, ".", { creator, attributes: set, made: DIRECTORY_MODE });
  if (note.opaque) setOpaque(dirFd);
  if (attributes !== undefined) setTimes(dirFd, ".", attributes.mtime);
}

function attributesBelow(lower: LowerChain, path: ByteString): Attributes | undefined {
  const below = lower.find(path);
  return below !== undefined && (below.status.mode & S_IFMT) === S_IFDIR
    ? readAttributes(below, below.status)
    : undefined;
}

function setOpaque(dirFd: number): void {
  lsetxattr(procPath(dirFd, "."), OPAQUE_XATTR, Buffer.from("y"));
}
