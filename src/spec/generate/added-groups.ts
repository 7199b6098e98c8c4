import { lookupGroups, type UserFiles } from "../../oci/lookup-user.ts";
import type { CreateOptions } from "../../options/create-options.ts";

const KEEP_GROUPS = "keep-groups";

/**
 * The numbers of --group-add's groups, which hold for whatever user.
 * @throws {TspodError} If a name is not in the image.
 */
export function addedGroups({ process }: Pick<CreateOptions, "process">, files: UserFiles): number[] {
  return lookupGroups(
    process.groups.filter((name) => name !== KEEP_GROUPS),
    files,
  );
}
