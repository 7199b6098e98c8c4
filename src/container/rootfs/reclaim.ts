import { closeSync, openSync } from "node:fs";
import { AT_EMPTY_PATH, fchownat, fstatat, O_PATH, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import type { HeldFile } from "../../storage/tree/held-file.ts";
import { walkTree } from "../../storage/tree/walk-tree.ts";

/** How many files got another owner, and how many could not, since their ids do not belong to the user. */
export interface Reclaimed {
  readonly given: number;
  readonly foreign: number;
}

/** The user who calls, in our user namespace. */
const OWNER = { uid: 0, gid: 0 };

/**
 * Give a directory to the user who calls, with all that is in it and belongs to ids of containers. What is
 * mounted in it stays as it is. A container may have it mounted meanwhile, and swap names: each file is given
 * by the descriptor by which it was looked at. (The kernel takes the bits of setuid away with that.)
 * @param path absolute path of a directory or a file, on the user's word
 * @throws {SystemError} If it can't be opened or read.
 */
export function reclaim(path: string): Reclaimed {
  const fd = openSync(path, O_PATH);
  try {
    const status = fstatat(fd, "", AT_EMPTY_PATH);
    let [given, foreign] = [0, 0];
    for (const held of filesIn({ fd, status })) {
      const result = giveBack(held);
      if (result === "given") given++;
      else if (result === "foreign") foreign++;
    }
    return { given, foreign };
  } finally {
    closeSync(fd);
  }
}

type Held = Pick<HeldFile, "fd" | "status">;

/** The root comes last, as each directory behind what is in it. */
function* filesIn(root: Held): Generator<Held> {
  const isElsewhere = ({ device }: Held["status"]): boolean => device !== root.status.device;
  if ((root.status.mode & S_IFMT) === S_IFDIR) {
    for (const { kind, held } of walkTree(root, { skips: isElsewhere }))
      if (kind !== "enter" && held !== undefined) yield held;
  }
  yield root;
}

function giveBack({ fd, status: { uid, gid } }: Held): "given" | "kept" | "foreign" {
  if (uid === OWNER.uid && gid === OWNER.gid) return "kept";
  try {
    fchownat(fd, "", { ...OWNER, flags: AT_EMPTY_PATH });
    return "given";
  } catch (error) {
    // EINVAL and EPERM: its ids are not in our namespace. A group of the user's own is such a one.
    if (hasCode(error, "EPERM", "EINVAL")) return uid === OWNER.uid ? "kept" : "foreign";
    throw error;
  }
}
