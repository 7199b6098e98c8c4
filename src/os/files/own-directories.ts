import { native } from "../native.ts";

/**
 * Whether directories are there, are no symlinks, and belong to the effective user, in one call of the addon.
 * @param path absolute path of the directory that they are in; it may be a symlink
 * @param required names beneath it that must be there, `.` for itself
 * @param optional names beneath it that may be missing
 */
export function hasOwnDirectories(
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): boolean {
  const names = [...required, ...optional];
  const packed = Buffer.from(`${names.join("\0")}\0`);
  return native.ownDirectories(path, packed, required.length) === names.length;
}
