import { closeSync, readdirSync } from "node:fs";
import { AT_FDCWD, type FileStatus, S_IFCHR, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type DirectoryWay, openWay } from "../tree/directory-way.ts";
import { holdFile } from "../tree/held-file.ts";
import { statusOf } from "../tree/locate.ts";
import { isOpaque } from "../tree/opaque.ts";

/** The image specification's marks, by name; overlayfs has a device and an extended attribute for them. */
export const WHITEOUT = ".wh.";
export const OPAQUE = ".wh..wh..opq";

/** Levels of each layer that stay open: there may be a hundred layers. */
const KEPT = 4;

/**
 * One directory in each of several layers, which are looked at without being mounted. One of them may be a
 * running container's, which swaps names meanwhile: all goes by descriptors. Layers have numbers, in the
 * order in which they were given.
 */
export interface LayeredDirectory extends Disposable {
  /** What one layer has in it, with its marks; nothing where it is no directory there. */
  names(layer: number): Buffer[];
  /** What one layer has by a name, a whiteout as well. */
  status(layer: number, name: Buffer): FileStatus | undefined;
  /** Whether one layer hides what those below have in it. */
  isOpaque(layer: number): boolean;
  /** Goes into a directory in it, in all layers that have one of that name. */
  enter(name: Buffer): void;
  leave(): void;
}

/** @param layers absolute paths; one that is not there has nothing */
export function openLayers(layers: readonly string[]): LayeredDirectory {
  const opened = new DisposableStack();
  const ways = layers.map((layer) => {
    const root = opened.use(holdFile({ dirFd: AT_FDCWD, name: layer }));
    return opened.use(openWay(root?.fd, KEPT));
  });
  const fdOf = (layer: number): number | undefined => ways[layer]?.fd();
  return {
    names: (layer) => namesIn(fdOf(layer)),
    status: (layer, name) => statusBy(fdOf(layer), name),
    isOpaque(layer) {
      const fd = fdOf(layer);
      return fd !== undefined && (isOpaque(fd) || statusBy(fd, Buffer.from(OPAQUE)) !== undefined);
    },
    enter: (name) => {
      for (const way of ways) enterIn(way, name);
    },
    leave: () => {
      for (const way of ways) way.leave();
    },
    [Symbol.dispose]: () => opened.dispose(),
  };
}

function enterIn(way: DirectoryWay, name: Buffer): void {
  const dirFd = way.fd();
  const held = dirFd === undefined ? undefined : holdFile({ dirFd, name });
  const isFile = held !== undefined && !isDirectory(held.status);
  if (isFile) closeSync(held.fd);
  way.enter(name, isFile ? undefined : held);
}

function namesIn(fd: number | undefined): Buffer[] {
  return fd === undefined ? [] : readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" });
}

function statusBy(fd: number | undefined, name: Buffer): FileStatus | undefined {
  try {
    return fd === undefined ? undefined : statusOf(fd, name);
  } catch (error) {
    if (hasCode(error, "ENAMETOOLONG")) return undefined; // A name with the mark of a whiteout in front.
    throw error;
  }
}

/** Those of the layers that show something of a directory, topmost first, where they lie on each other. */
export type Shown = readonly number[];

/** Without those that are hidden by one above which is opaque in the directory. */
export function untilOpaque(layers: LayeredDirectory, stack: Shown): Shown {
  const opaque = stack.findIndex((layer) => layers.isOpaque(layer));
  return opaque === -1 ? stack : stack.slice(0, opaque + 1);
}

/** What shows by a name in the directory; a whiteout hides what is below it. */
export function shownStatus(layers: LayeredDirectory, shown: Shown, name: Buffer): FileStatus | undefined {
  for (const layer of shown) {
    if (isWhitedOut(layers, layer, name)) return undefined;
    const status = layers.status(layer, name);
    if (status !== undefined) return isWhiteout(status) ? undefined : status;
  }
  return undefined;
}

/** All names that show in the directory. */
export function shownNames(layers: LayeredDirectory, shown: Shown): Buffer[] {
  return distinct(shown.flatMap((layer) => layers.names(layer))).filter(
    (name) => !isMark(name) && shownStatus(layers, shown, name) !== undefined,
  );
}

/**
 * The layers that may show something of a directory in the one that is looked at. Once that is entered,
 * untilOpaque() says which do.
 */
export function shownInside(layers: LayeredDirectory, shown: Shown, name: Buffer): Shown {
  const inside: number[] = [];
  for (const layer of shown) {
    if (isWhitedOut(layers, layer, name)) break;
    const status = layers.status(layer, name);
    if (status === undefined) continue;
    if (!isDirectory(status)) break;
    inside.push(layer);
  }
  return inside;
}

function isWhitedOut(layers: LayeredDirectory, layer: number, name: Buffer): boolean {
  return layers.status(layer, Buffer.concat([Buffer.from(WHITEOUT), name])) !== undefined;
}

export function isMark(name: Buffer): boolean {
  return name.subarray(0, WHITEOUT.length).toString("latin1") === WHITEOUT;
}

export function isWhiteout({ mode, major, minor }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFCHR && major === 0 && minor === 0;
}

export function isDirectory({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}

/** In the order of their bytes. */
export function distinct(names: readonly Buffer[]): Buffer[] {
  const known = new Map(names.map((name) => [name.toString("latin1"), name]));
  return [...known.values()].sort(Buffer.compare);
}
