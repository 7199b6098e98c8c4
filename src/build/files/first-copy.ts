import { AT_FDCWD, AT_SYMLINK_FOLLOW, linkat } from "../../os/addon.ts";
import { holdFile, identity, type Place } from "../../storage/tree/held-file.ts";

/** Where the first copy of a file with several names was made. */
export interface FirstCopy extends Place {
  /** identity() */
  readonly is: string;
}

/**
 * Gives the first copy one more name: the very file that was made, by its descriptor, whatever has its name
 * now.
 * @returns false where it is not in its place any more
 */
export function linkTo({ is, ...place }: FirstCopy, to: Place): boolean {
  using held = holdFile(place);
  if (held === undefined || identity(held.status) !== is) return false;
  const from = { dirFd: AT_FDCWD, path: `/proc/self/fd/${held.fd}` };
  linkat(from, { dirFd: to.dirFd, path: to.name }, AT_SYMLINK_FOLLOW);
  return true;
}
