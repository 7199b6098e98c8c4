import { AT_FDCWD, AT_SYMLINK_FOLLOW, linkat } from "../../os/at.ts";
import { type HeldFile, holdFile, identity, type Place } from "../../storage/tree/held-file.ts";

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
  linkHeld(held, to);
  return true;
}

/** Gives a file that is held open one more name. */
export function linkHeld({ fd }: Pick<HeldFile, "fd">, to: Place): void {
  const from = { dirFd: AT_FDCWD, path: `/proc/self/fd/${fd}` };
  linkat(from, { dirFd: to.dirFd, path: to.name }, AT_SYMLINK_FOLLOW);
}
