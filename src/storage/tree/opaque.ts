import { fgetxattr, hasCode, lgetxattr } from "../../os/addon.ts";

/** The mark, with the value "y", of a directory that hides what the layers below have in it. */
export const OPAQUE_XATTR = "user.overlay.opaque";

/** Whether an open directory hides what the layers below have in it. */
export function isOpaque(fd: number): boolean {
  return hasMark(() => fgetxattr(fd, OPAQUE_XATTR));
}

/** Whether a layer's own directory is opaque, by its absolute path; false if it is not there. */
export function isOpaqueRoot(path: string): boolean {
  return hasMark(() => lgetxattr(path, OPAQUE_XATTR));
}

function hasMark(read: () => Buffer): boolean {
  try {
    return read().toString("latin1") === "y";
  } catch (error) {
    if (hasCode(error, "ENODATA", "ENOENT", "ENOTSUP", "EOPNOTSUPP", "EPERM")) return false;
    throw error;
  }
}
