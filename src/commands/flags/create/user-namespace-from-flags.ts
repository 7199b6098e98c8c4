import { TspodError } from "../../../errors.ts";
import type { UserNamespaceMode } from "../../../options/namespace-mode.ts";
import { parseUserNamespace } from "../../../options/parse/user-namespace.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";

/**
 * --userns or the maps that stand in its place; without any of them, what PODMAN_USERNS says.
 * @throws {TspodError} If both are given, or a name has no subordinate ids.
 */
export function userNamespaceFromFlags(
  flags: Pick<CreateFlags, "userns" | "uidmap" | "gidmap" | "subuidname" | "subgidname">,
  { env, subordinateIds }: Pick<CreateContext, "env" | "subordinateIds">,
): UserNamespaceMode {
  const { uidmap: uidMap, gidmap: gidMap, subuidname, subgidname } = flags;
  const names = { uid: subuidname ?? subgidname, gid: subgidname ?? subuidname };
  if (names.uid === undefined || names.gid === undefined) {
    const given = flags.userns !== undefined || uidMap.length + gidMap.length > 0;
    const userns = given ? (flags.userns ?? "") : (env.PODMAN_USERNS ?? "");
    return parseUserNamespace({ userns, uidMap, gidMap });
  }
  if (flags.userns !== undefined) {
    throw new TspodError("--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive");
  }
  return {
    kind: "maps",
    uidMap: subordinateIds("subuid", names.uid),
    gidMap: subordinateIds("subgid", names.gid),
  };
}
