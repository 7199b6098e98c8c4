import { TspodError } from "../../errors.ts";
import { type FileStatus, fstatatIfThere, S_IFMT, S_IFREG } from "../../os/at.ts";
import { readable } from "../../storage/tar/byte-string.ts";
import type { Attributes } from "../../storage/tree/attributes.ts";
import { type HeldFile, holdFile, type Place } from "../../storage/tree/held-file.ts";

/** Whether a regular file of that status is known to have no xattrs. */
export type KnownPlain = (status: FileStatus) => boolean;

/**
 * A regular file that is known to have no xattrs. It is opened where its descriptor is first asked for, which
 * for most files of an unchanged context is never; the status is that of the open file from then on.
 * @returns undefined for everything else, and where nothing has the name
 */
export function seePlainFile(place: Place, isPlain: KnownPlain): HeldFile | undefined {
  const seen = fstatatIfThere(place.dirFd, place.name);
  if (seen === undefined || !isRegular(seen) || !isPlain(seen)) return undefined;
  let held: HeldFile | undefined;
  return {
    get fd() {
      held ??= holdRegular(place);
      return held.fd;
    },
    get status() {
      return held?.status ?? seen;
    },
    [Symbol.dispose]: () => held?.[Symbol.dispose](),
  };
}

export function plainAttributes({ status }: Pick<HeldFile, "status">): Attributes {
  const { uid, gid, mode, modified } = status;
  return { uid, gid, mode: mode & 0o7777, mtime: modified, xattrs: [] };
}

/**
 * @throws {TspodError} If another kind of file has taken its place since it was looked at, or nothing is
 *   there.
 */
function holdRegular(place: Place): HeldFile {
  const held = holdFile(place);
  if (held !== undefined && isRegular(held.status)) return held;
  held?.[Symbol.dispose]();
  const name = readable(Buffer.from(place.name).toString("latin1"));
  throw new TspodError(`"${name}" has gone while it was copied`);
}

function isRegular({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFREG;
}
