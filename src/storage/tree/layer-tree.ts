import { closeSync, constants, openSync } from "node:fs";
import {
  AT_REMOVEDIR,
  mkdirat,
  O_PATH,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  unlinkat,
} from "../../os/at.ts";
import { openDeep } from "../../os/files/open-deep.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { splitPath } from "../tar/entry-path.ts";
import { removeContents } from "./remove-tree.ts";

/**
 * Open directories are kept, for an archive goes from directory to directory; a process has 1024 descriptors
 * by default.
 */
const KEPT = 32;

/**
 * The directory that a layer is unpacked into. No path given to it leads out: the kernel resolves them in
 * that root.
 */
export interface LayerTree extends Disposable {
  /** Descriptor (O_PATH) of a directory, made with its parents where missing. Good until the next call. */
  directory(path: ByteString): number;
  /** As directory(), for a directory that must be there; undefined where it is not. */
  existing(path: ByteString): number | undefined;
  /** Delete what has this name, whatever it is. */
  remove(path: ByteString): void;
}

const FLAGS = O_PATH | constants.O_DIRECTORY;

/** A directory in an open one; undefined where nothing has the name, which may be that of a symlink, also. */
function openIn(dirFd: number, name: ByteString): number | "led elsewhere" | undefined {
  try {
    return openat2(dirFd, toPath(name), { flags: FLAGS | constants.O_NOFOLLOW, resolve: RESOLVE_BENEATH });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    if (hasCode(error, "ENOTDIR", "ELOOP")) return "led elsewhere";
    throw error;
  }
}

/** A directory that symlinks may lead to. */
function openInRoot(rootFd: number, path: ByteString): number | undefined {
  const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  try {
    return openDeep(rootFd, toPath(path), { flags: FLAGS, resolve });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** @param onImplied called with each directory that was made because something in it was asked for */
export function openLayerTree(root: string, onImplied: (path: ByteString) => void): LayerTree {
  const rootFd = openSync(root, FLAGS);
  const kept = new Map<ByteString, number>();

  function keep(path: ByteString, fd: number): number {
    const oldest = kept.size < KEPT ? undefined : kept.entries().next().value;
    if (oldest !== undefined) {
      kept.delete(oldest[0]);
      closeSync(oldest[1]);
    }
    kept.set(path, fd);
    return fd;
  }

  function open(path: ByteString): number | undefined {
    const { directory: around, name } = splitPath(path);
    const dirFd = kept.get(around);
    // From the root it would take as long as the way is deep.
    const found = dirFd === undefined ? "led elsewhere" : openIn(dirFd, name);
    return found === "led elsewhere" ? openInRoot(rootFd, path) : found;
  }

  function existing(path: ByteString): number | undefined {
    if (path === "") return rootFd;
    const known = kept.get(path);
    if (known !== undefined) return known;
    const fd = open(path);
    return fd === undefined ? undefined : keep(path, fd);
  }

  function directory(path: ByteString): number {
    let [at, fd] = [path, existing(path)];
    for (; fd === undefined; fd = existing(at)) at = splitPath(at).directory;
    // Down again, and not by a call in a call: it may be thousands of levels.
    while (at.length < path.length) {
      const slash = path.indexOf("/", at.length + 1);
      const inner = slash === -1 ? path : path.slice(0, slash);
      mkdirat(fd, toPath(splitPath(inner).name), 0o755);
      onImplied(inner);
      fd = existing(inner);
      if (fd === undefined) throw new Error(`directory "${inner}" vanished while its layer was unpacked`);
      at = inner;
    }
    return fd;
  }

  function forget(): void {
    for (const fd of kept.values()) closeSync(fd);
    kept.clear();
  }

  function remove(path: ByteString): void {
    const { directory: parent, name } = splitPath(path);
    try {
      unlinkat(directory(parent), toPath(name));
    } catch (error) {
      if (!hasCode(error, "EISDIR")) throw error;
      forget(); // descriptors of directories inside it
      const fd = directory(parent);
      removeContents(fd, toPath(name));
      unlinkat(fd, toPath(name), AT_REMOVEDIR);
    }
    forget(); // a symlink that was removed may have been part of the way to a kept directory
  }

  return {
    directory,
    existing,
    remove,
    [Symbol.dispose]() {
      forget();
      closeSync(rootFd);
    },
  };
}
