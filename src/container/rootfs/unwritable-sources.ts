import { type Stats, statSync } from "node:fs";
import type { Owner } from "../../oci/id-maps.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { isForWriting } from "../../options/mount-request.ts";
import { llistxattr } from "../../os/xattr.ts";

/** "nobody": what ids that are not in our user namespace look like. */
const OVERFLOW_ID = 65_534;

/**
 * For each directory of the user that is mounted for writing and that the container's user can't write to, a
 * line that says so and what can be done: programs fail there later, and say less. Others' directories (/etc)
 * are passed over: whoever mounts these wants to read.
 * @param onHost the container's user, by ids of our user namespace; `inside` is as the container has it
 */
export function unwritableSources(
  { mounts }: Pick<CreateOptions, "mounts">,
  { onHost, inside }: { onHost: Owner; inside: Owner },
): string[] {
  return mounts.filter(isForWriting).flatMap(({ source, destination }) => {
    const status = statSync(source, { throwIfNoEntry: false });
    if (!status?.isDirectory() || status.uid === OVERFLOW_ID || isWritable(status, source, onHost)) return [];
    const { uid, gid } = inside;
    return [
      `uid ${uid} of the container can't write to "${source}" (mounted on ${destination}): be that user yourself, with --userns=keep-id:uid=${uid},gid=${gid}; or give it to that user, and have it back at the end, with ${source}:${destination}:U,own; or let everybody write, with chmod o+w`,
    ];
  });
}

/** Where an access control list may say otherwise, it is taken to do so. */
function isWritable({ mode, uid, gid }: Stats, source: string, owner: Owner): boolean {
  if (uid === owner.uid) return (mode & 0o200) !== 0;
  return (
    (mode & 0o002) !== 0 ||
    (gid === owner.gid && (mode & 0o020) !== 0) ||
    llistxattr(source).includes("system.posix_acl_access")
  );
}
