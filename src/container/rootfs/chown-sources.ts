import { lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { hasCode } from "../../os/addon.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";

/** Nobody wants these for a container's user: containers/common's list. */
const NEVER = new Set(
  "/ /bin /boot /dev /etc /etc/passwd /etc/pki /etc/shadow /home /lib /lib64 /media /opt /proc /root /run /sbin /srv /sys /tmp /usr /var /var/lib /var/log".split(
    " ",
  ),
);

/**
 * Give what is to be mounted with `U` to the container's user, with all that is in it; where it has it
 * already, as Podman, what is in it stays as it is.
 * @param owner ids of our user namespace
 * @throws {TspodError} If it is not the caller's to give, or a directory that others need.
 */
export function chownSources(
  mounts: readonly ResolvedMount[],
  { owner, home }: { owner: Owner; home: string | undefined },
): void {
  for (const { request, source, overlay } of mounts) {
    if (request.chown !== true || source === undefined) continue;
    if (NEVER.has(source) || source === home) {
      throw new TspodError(
        `chowning host path "${source}" is not allowed. You can manually \`chown -R ${owner.uid}:${owner.gid} ${source}\``,
      );
    }
    for (const path of [source, ...(overlay === undefined ? [] : [overlay.upper])]) {
      if (!belongsTo(lstatSync(path), owner)) chownTree(path, owner);
    }
  }
}

function belongsTo({ uid, gid }: Owner, owner: Owner): boolean {
  return uid === owner.uid && gid === owner.gid;
}

/**
 * What is inside first: a directory that belongs to the owner has been dealt with, also by one that was
 * killed.
 */
function chownTree(path: string, owner: Owner): void {
  const status = lstatSync(path);
  if (status.isDirectory()) for (const name of readdirSync(path)) chownTree(join(path, name), owner);
  if (!belongsTo(status, owner)) giveAway(path, owner);
}

function giveAway(path: string, { uid, gid }: Owner): void {
  try {
    lchownSync(path, uid, gid);
  } catch (error) {
    if (!hasCode(error, "EPERM", "EINVAL")) throw error;
    throw new TspodError(`failed to chown recursively host path: lchown ${path}: operation not permitted`);
  }
}
