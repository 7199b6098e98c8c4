import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode, lgetxattr } from "../../os/addon.ts";

/** The texts of /etc/passwd and /etc/group in a root filesystem; empty where there are none. */
export interface AccountFiles {
  readonly passwdText: string;
  readonly groupText: string;
}

/**
 * Read them without mounting: from the topmost directory of the overlay that has them.
 * @param directories upper directory first, base last
 */
export function readAccountFiles(directories: readonly string[]): AccountFiles {
  return {
    passwdText: readImageEtc(directories, "passwd"),
    groupText: readImageEtc(directories, "group"),
  };
}

/**
 * A file of /etc as an image has it; empty where there is none. Only plain directories and plain files count:
 * an image whose /etc is a symlink could lead us anywhere on the host.
 * @param directories upper directory first, base last
 */
export function readImageEtc(directories: readonly string[], name: string): string {
  for (const directory of directories) {
    const etc = join(directory, "etc");
    const etcStatus = lstatSync(etc, { throwIfNoEntry: false });
    if (etcStatus === undefined) continue;
    if (!etcStatus.isDirectory()) return "";
    const file = lstatSync(join(etc, name), { throwIfNoEntry: false });
    if (file?.isFile()) return readFileSync(join(etc, name), "utf8");
    // A whiteout, a symlink or a device hides what is below; so does an opaque directory.
    if (file !== undefined || isOpaque(etc)) return "";
  }
  return "";
}

function isOpaque(directory: string): boolean {
  try {
    return lgetxattr(directory, "user.overlay.opaque").toString() === "y";
  } catch (error) {
    if (hasCode(error, "ENODATA", "EOPNOTSUPP")) return false;
    throw error;
  }
}
