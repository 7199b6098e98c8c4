import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { hasCode, lgetxattr } from "../../os/addon.ts";

/*
 * Directories that an overlay is made of, topmost first, absolute paths: looked at without being mounted.
 * Whiteouts and opaque directories are overlayfs's (in extended attributes) or the image specification's (in
 * names).
 */
export const WHITEOUT = ".wh.";
export const OPAQUE = ".wh..wh..opq";

/** What they together have at a path, relative to their root. */
export function statusIn(path: string, stack: readonly string[]): Stats | undefined {
  const parts = path.split("/").filter(Boolean);
  for (const layer of stack) {
    let at = layer;
    let status: Stats | undefined;
    let hides = false;
    for (const [index, part] of parts.entries()) {
      if (lstatSync(join(at, `${WHITEOUT}${part}`), { throwIfNoEntry: false }) !== undefined)
        return undefined;
      at = join(at, part);
      status = lstatSync(at, { throwIfNoEntry: false });
      if (status === undefined) break;
      // A whiteout, or a file in the place of a directory, hides what is below.
      if (isWhiteout(status) || (index < parts.length - 1 && !status.isDirectory())) return undefined;
      hides ||= index < parts.length - 1 && isOpaque(at);
    }
    if (status !== undefined) return status;
    if (hides) return undefined;
  }
  return undefined;
}

export function namesIn(directory: string, stack: readonly string[]): string[] {
  const names = stack.flatMap((layer) => readEntries(join(layer, directory)).map(({ name }) => name));
  return sorted([...new Set(names)]).filter(
    (name) => !name.startsWith(WHITEOUT) && statusIn(join(directory, name), stack) !== undefined,
  );
}

export function isWhiteout(status: Stats): boolean {
  return status.isCharacterDevice() && status.rdev === 0;
}

export function isOpaque(directory: string): boolean {
  try {
    return lgetxattr(directory, "user.overlay.opaque").toString() === "y";
  } catch (error) {
    if (hasCode(error, "ENODATA", "EOPNOTSUPP", "ENOTSUP", "ENOENT")) return false;
    throw error;
  }
}

export function readEntries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

export function sorted(names: string[]): string[] {
  return names.sort((a, b) => (a < b ? -1 : 1));
}
