import { closeSync, constants, openSync } from "node:fs";
import { AT_EMPTY_PATH, type FileStatus, fstatat, O_PATH, S_IFCHR, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { type HeldFile, holdFile } from "./held-file.ts";
import { isOpaque } from "./opaque.ts";

/** One thing in the layers below, seen through their whiteouts and opaque directories. */
export interface LowerNode {
  /** The directory it is in, good until the chain is disposed of. */
  readonly dirFd: number;
  readonly name: string | Buffer;
  readonly status: FileStatus;
  /** Whether content of the layers further down is hidden here. */
  readonly opaque: boolean;
}

/** The layers below the one that is being unpacked, as overlayfs would merge them. */
export interface LowerChain extends Disposable {
  /** The node at a clean path. Symlinks on the way are not followed: there is nothing then. */
  find(path: ByteString): LowerNode | undefined;
}

const FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** @param directories of the layers' files, absolute, topmost first */
export function openLowerChain(directories: readonly string[]): LowerChain {
  const opened = new Map<string, number>();

  function root(directory: string): number {
    const fd = opened.get(directory) ?? openSync(directory, FLAGS);
    opened.set(directory, fd);
    return fd;
  }

  return {
    find(path) {
      for (const directory of directories) {
        const found = findInLayer(root(directory), path === "" ? [] : path.split("/"));
        if (found === "hidden") return undefined;
        if (found !== "absent") return found;
      }
      return undefined;
    },
    [Symbol.dispose]() {
      for (const fd of opened.values()) closeSync(fd);
    },
  };
}

/**
 * How one layer answers for a path. "hidden": it is not here, and what the layers further down have there
 * does not show either. The topmost directory may belong to a running container: no symlink is followed,
 * whatever it swaps on the way.
 * @param rootFd of a directory; O_PATH is enough
 */
export function findInLayer(rootFd: number, parts: readonly ByteString[]): LowerNode | "absent" | "hidden" {
  let status = fstatat(rootFd, "", AT_EMPTY_PATH);
  let opaque = isOpaque(rootFd);
  if (parts.length === 0) return { dirFd: rootFd, name: ".", status, opaque };
  let around: HeldFile | undefined;
  try {
    for (const [index, part] of parts.entries()) {
      const held = holdFile({ dirFd: around?.fd ?? rootFd, name: toPath(part) });
      around?.[Symbol.dispose]();
      around = held;
      if (held === undefined) return opaque ? "hidden" : "absent";
      status = held.status;
      const type = status.mode & S_IFMT;
      if (type === S_IFCHR && status.major === 0 && status.minor === 0) return "hidden"; // a whiteout
      if (index < parts.length - 1 && type !== S_IFDIR) return "hidden";
      opaque ||= type === S_IFDIR && isOpaque(held.fd);
    }
    return { dirFd: rootFd, name: toPath(parts.join("/")), status, opaque };
  } finally {
    around?.[Symbol.dispose]();
  }
}
