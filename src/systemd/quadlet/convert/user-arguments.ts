import type { Conversion } from "./conversion.ts";
import { elsewhere, type KeyRule, text, words } from "./key-rules.ts";

/** Keys of [Container] and [Pod] about the user namespace, in the order in which they come to stand. */
export const USER_NAMESPACE_KEYS: Readonly<Record<string, KeyRule>> = {
  UserNS: text("--userns"),
  UIDMap: words("--uidmap"),
  GIDMap: words("--gidmap"),
  SubUIDMap: text("--subuidname"),
  SubGIDMap: text("--subgidname"),
  RemapUsers: elsewhere,
  RemapUid: elsewhere,
  RemapGid: elsewhere,
  RemapUidSize: elsewhere,
};

/** `--user`, of User= and Group=. */
export function userArguments({ section }: Conversion): string[] {
  const [user, group] = [section.last("User"), section.last("Group")];
  if (user) return ["--user", group ? `${user}:${group}` : user];
  if (group) throw section.error("Group", "invalid Group set without User");
  return [];
}

const EXPLICIT = ["UserNS", "UIDMap", "GIDMap", "SubUIDMap", "SubGIDMap"];
const OLD = ["RemapUsers", "RemapUid", "RemapGid"];

/** What the old keys RemapUsers=, RemapUid= and RemapGid= come to. */
export function remapArguments({ section }: Conversion): string[] {
  const old = OLD.find((key) => section.last(key));
  if (old !== undefined && EXPLICIT.some((key) => section.last(key)))
    throw section.error(old, "deprecated Remap keys are set along with explicit mapping keys");
  const [uids, gids] = [section.words("RemapUid"), section.words("RemapGid")];
  const mode = section.last("RemapUsers") ?? "";
  switch (mode) {
    case "":
      if (uids.length > 0) throw section.error("RemapUid", "RemapUid set without RemapUsers");
      if (gids.length > 0) throw section.error("RemapGid", "RemapGid set without RemapUsers");
      return [];
    case "manual":
      return [...uids.flatMap((map) => ["--uidmap", map]), ...gids.flatMap((map) => ["--gidmap", map])];
    case "auto": {
      const size = section.last("RemapUidSize") ?? "0";
      if (!/^\d+$/.test(size)) throw section.error("RemapUidSize", `invalid size '${size}': a number of ids`);
      return namespace("auto", [
        ...uids.map((map) => `uidmapping=${map}`),
        ...gids.map((map) => `gidmapping=${map}`),
        ...(Number(size) > 0 ? [`size=${size}`] : []),
      ]);
    }
    case "keep-id":
      if (uids.length > 1 || gids.length > 1)
        throw section.error("RemapUsers", "RemapUsers=keep-id supports only a single value for each mapping");
      return namespace("keep-id", [...uids.map((id) => `uid=${id}`), ...gids.map((id) => `gid=${id}`)]);
    default:
      throw section.error("RemapUsers", `unsupported RemapUsers option '${mode}'`);
  }
}

function namespace(mode: string, options: readonly string[]): string[] {
  return ["--userns", options.length === 0 ? mode : `${mode}:${options.join(",")}`];
}
