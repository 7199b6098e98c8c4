import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { hasCode, O_PATH, openat2, RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS } from "../../os/addon.ts";
import { isOpaque } from "../tree/opaque.ts";

/*
 * Directories that an overlay is made of, topmost first, absolute paths: looked at without being mounted.
 * Whiteouts and opaque directories are overlayfs's (in extended attributes) or the image specification's (in
 * names). The topmost may be a running container's, which swaps names meanwhile: each look goes from the
 * layer's root, and follows no symlink on the way.
 */
export const WHITEOUT = ".wh.";
export const OPAQUE = ".wh..wh..opq";

const RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;

/** Looks at what one layer has at a path, by its descriptor (O_PATH); undefined where it has nothing. */
function lookIn<T>(layer: string, path: string, look: (fd: number) => T): T | undefined {
  using open = new DisposableStack();
  try {
    const root = open.adopt(openSync(layer, O_PATH | constants.O_DIRECTORY), closeSync);
    const below = path.replace(/^\/+/, "") || ".";
    const flags = O_PATH | constants.O_NOFOLLOW;
    return look(open.adopt(openat2(root, below, { flags, resolve: RESOLVE }), closeSync));
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG")) return undefined;
    throw error;
  }
}

/** The status of what is at a path; of a symlink its own. */
export function statusInLayer(layer: string, path: string): Stats | undefined {
  return lookIn(layer, path, (fd) => fstatSync(fd));
}

/** Whether a directory of a layer hides what the layers below have in it. */
export function isOpaqueInLayer(layer: string, path: string): boolean {
  return lookIn(layer, path, isOpaque) ?? false;
}

/** Nothing where it is no directory. */
export function entriesInLayer(layer: string, path: string): Dirent[] {
  return lookIn(layer, path, (fd) => readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true })) ?? [];
}

/** The status of what the layers together have at a path, relative to their root. */
export function statusIn(path: string, stack: readonly string[]): Stats | undefined {
  const parts = path.split("/").filter(Boolean);
  for (const layer of stack) {
    let at = "";
    let status: Stats | undefined;
    let hides = false;
    for (const [index, part] of parts.entries()) {
      if (statusInLayer(layer, join(at, `${WHITEOUT}${part}`)) !== undefined) return undefined;
      at = join(at, part);
      status = statusInLayer(layer, at);
      if (status === undefined) break;
      // A whiteout, or a file in the place of a directory, hides what is below.
      if (isWhiteout(status) || (index < parts.length - 1 && !status.isDirectory())) return undefined;
      hides ||= index < parts.length - 1 && isOpaqueInLayer(layer, at);
    }
    if (status !== undefined) return status;
    if (hides) return undefined;
  }
  return undefined;
}

export function namesIn(directory: string, stack: readonly string[]): string[] {
  const names = stack.flatMap((layer) => entriesInLayer(layer, directory).map(({ name }) => name));
  return sorted([...new Set(names)]).filter(
    (name) => !name.startsWith(WHITEOUT) && statusIn(join(directory, name), stack) !== undefined,
  );
}

export function isWhiteout(status: Stats): boolean {
  return status.isCharacterDevice() && status.rdev === 0;
}

export function sorted(names: string[]): string[] {
  return names.sort((a, b) => (a < b ? -1 : 1));
}
