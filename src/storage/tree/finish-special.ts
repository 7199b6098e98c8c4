import { closeSync } from "node:fs";
import { type Attributes, type Creator, setOwnerAndMode, setTimes } from "./attributes.ts";
import { openMade, type Place } from "./held-file.ts";

/**
 * Give a symlink or a fifo that was made just now its owner, mode, xattrs and times.
 * @param type S_IFLNK or S_IFIFO
 * @throws {TspodError} If something of another type has its name by now.
 */
export function finishSpecial(
  place: Place,
  type: number,
  given: { creator: Creator; attributes: Attributes; made: number | "symlink" },
): void {
  const fd = openMade(place, type);
  try {
    setOwnerAndMode(fd, given);
    setTimes(fd, given.attributes.mtime);
  } finally {
    closeSync(fd);
  }
}
