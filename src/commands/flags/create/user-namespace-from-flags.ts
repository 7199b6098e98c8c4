import { TspodError } from "../../../errors.ts";
import type { UserNamespaceMode } from "../../../options/namespace-mode.ts";
import { parseUserNamespace } from "../../../options/parse/user-namespace/user-namespace.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";

/**
 * --userns or the maps that stand in its place; without any of them, what PODMAN_USERNS says.
 * @throws {TspodError} If two kinds of them are given, or a name has no subordinate ids.
 */
export function userNamespaceFromFlags(
  flags: Pick<CreateFlags, "userns" | "uidmap" | "gidmap" | "subuidname" | "subgidname">,
  { env, subordinateIds, ownIdMaps }: Pick<CreateContext, "env" | "subordinateIds" | "ownIdMaps">,
): UserNamespaceMode {
  const { subuidname, subgidname } = flags;
  const uidMap = flags.uidmap.filter((text) => text !== "");
  const gidMap = flags.gidmap.filter((text) => text !== "");
  const mapped = uidMap.length + gidMap.length > 0;
  const names = { uid: subuidname ?? subgidname, gid: subgidname ?? subuidname };
  if (names.uid === undefined || names.gid === undefined) {
    const given = flags.userns !== undefined || mapped;
    const userns = given ? (flags.userns ?? "") : (env.PODMAN_USERNS ?? "");
    return parseUserNamespace({ userns, uidMap, gidMap }, ownIdMaps);
  }
  if (flags.userns !== undefined) {
    throw new TspodError("--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive");
  }
  if (mapped) throw new TspodError("--uidmap/--gidmap and --subuidname/--subgidname are mutually exclusive");
  return {
    kind: "maps",
    uidMap: subordinateIds("subuid", names.uid),
    gidMap: subordinateIds("subgid", names.gid),
  };
}
