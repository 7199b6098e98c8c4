import { fgetxattrIfThere, lgetxattrIfThere } from "../../os/xattr.ts";

/** The mark, with the value "y", of a directory that hides what the layers below have in it. */
export const OPAQUE_XATTR = "user.overlay.opaque";

/** Whether an open directory hides what the layers below have in it. */
export function isOpaque(fd: number): boolean {
  return isMark(fgetxattrIfThere(fd, OPAQUE_XATTR));
}

/** Whether a layer's own directory is opaque, by its absolute path; false if it is not there. */
export function isOpaqueRoot(path: string): boolean {
  return isMark(lgetxattrIfThere(path, OPAQUE_XATTR));
}

function isMark(value: Buffer | undefined): boolean {
  return value?.toString("latin1") === "y";
}
