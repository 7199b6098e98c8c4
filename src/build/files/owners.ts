import { readAccountFiles } from "../../container/rootfs/image-accounts.ts";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { lookupUser } from "../../oci/lookup-user.ts";

/**
 * `user[:group]` of a `--chown`, looked up in the files of the image as it is now. A number alone is the
 * group's number, too.
 * @param lowers absolute paths, topmost first; none with `--link`, where only numbers are known
 * @throws {TspodError} If a name is not there.
 */
export function lookupOwner(text: string, lowers: readonly string[]): Owner {
  const [user = "", group] = text.split(":");
  // As Podman: `${UNSET}:${UNSET}` names nobody, and is not root either.
  if (user === "" && group !== undefined) {
    throw new TspodError(`looking up UID/GID for "${text}": can't find uid for user "${user}"`);
  }
  const isNumber = /^\d+$/.test(user);
  const asked = isNumber && group === undefined ? `${user}:${user}` : text;
  try {
    const { uid, gid } = lookupUser(asked, readAccountFiles(lowers));
    return { uid, gid };
  } catch (cause) {
    throw new TspodError(`can't convert uid/gid chown string "${text}"`, { cause });
  }
}

/**
 * Who a USER is: a number without an entry has group 0.
 * @throws {TspodError} If a name is not there.
 */
export function lookupUserOwner(text: string, lowers: readonly string[]): Owner {
  const { uid, gid } = lookupUser(text, readAccountFiles(lowers));
  return { uid, gid };
}
