import { closeSync, openSync, readlinkSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { AT_EMPTY_PATH, fchownat, fstatat, O_PATH, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";
import type { HeldFile } from "../../storage/tree/held-file.ts";
import { walkTree } from "../../storage/tree/walk-tree.ts";
import { openBeneath } from "./subpath.ts";

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
  for (const { request, source, beneath, overlay, filled = false } of mounts) {
    if (request.chown !== true || source === undefined) continue;
    if (NEVER.has(source) || source === home) {
      throw new TspodError(
        `chowning host path "${source}" is not allowed. You can manually \`chown -R ${owner.uid}:${owner.gid} ${source}\``,
      );
    }
    giveTree(beneath === undefined ? openSync(source, O_PATH) : openBeneath(beneath), { owner, filled });
    if (overlay !== undefined) giveTree(openSync(overlay.upper, O_PATH), { owner, filled: false });
  }
}

/**
 * @param fd is closed
 * @param filled what is in it is to be looked at in any case
 */
function giveTree(fd: number, { owner, filled }: { owner: Owner; filled: boolean }): void {
  try {
    const status = fstatat(fd, "", AT_EMPTY_PATH);
    if (filled || !belongsTo(status, owner)) chownTree({ fd, status }, owner);
  } finally {
    closeSync(fd);
  }
}

function belongsTo({ uid, gid }: Owner, owner: Owner): boolean {
  return uid === owner.uid && gid === owner.gid;
}

/**
 * What is inside first: a directory that belongs to the owner has been dealt with, also by one that was
 * killed. A container may have it mounted meanwhile, and swap names: each file is opened once, and given away
 * by that descriptor; what goes meanwhile is left.
 */
function chownTree(root: Pick<HeldFile, "fd" | "status">, owner: Owner): void {
  if ((root.status.mode & S_IFMT) === S_IFDIR)
    for (const { kind, held } of walkTree(root))
      if (kind !== "enter" && held !== undefined) chownOne(held, owner);
  chownOne(root, owner);
}

function chownOne({ fd, status }: Pick<HeldFile, "fd" | "status">, owner: Owner): void {
  if (!belongsTo(status, owner)) giveAway(fd, owner);
}

function giveAway(fd: number, { uid, gid }: Owner): void {
  try {
    fchownat(fd, "", { uid, gid, flags: AT_EMPTY_PATH });
  } catch (error) {
    if (!hasCode(error, "EPERM", "EINVAL")) throw error;
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    throw new TspodError(`failed to chown recursively host path: lchown ${path}: operation not permitted`);
  }
}
