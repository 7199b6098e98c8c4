import { hasCode, lgetxattr, type PathLike } from "../../os/addon.ts";

/** The mark, with the value "y", of a directory that hides what the layers below have in it. */
export const OPAQUE_XATTR = "user.overlay.opaque";

/** Whether a directory, by its path in an open one, hides what the layers below have in it. */
export function isOpaque(dirFd: number, path: string | Buffer): boolean {
  const prefix = `/proc/self/fd/${dirFd}/`;
  return hasMark(typeof path === "string" ? prefix + path : Buffer.concat([Buffer.from(prefix), path]));
}

/** The same of a layer's own directory, by its absolute path; false where it is not there. */
export function isOpaqueRoot(path: string): boolean {
  return hasMark(path);
}

function hasMark(path: PathLike): boolean {
  try {
    return lgetxattr(path, OPAQUE_XATTR).toString("latin1") === "y";
  } catch (error) {
    if (hasCode(error, "ENODATA", "ENOENT", "ENOTSUP", "EOPNOTSUPP", "EPERM")) return false;
    throw error;
  }
}
