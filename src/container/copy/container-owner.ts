import { lookupUser } from "../../oci/lookup-user.ts";
import { readAccountFiles } from "../image-accounts.ts";
import type { Container, ContainerPlace } from "../list.ts";
import { rootfsDirectories } from "../rootfs-directories.ts";
import type { Owner } from "./copy-entry.ts";

/** The user that the container's first process runs as. */
export function primaryOwner({ store }: ContainerPlace, { record, paths }: Container): Owner {
  const files = readAccountFiles(rootfsDirectories(store, record, paths));
  const { uid, gid } = lookupUser(record.options.process.user ?? "", files);
  return { uid, gid };
}
