import { TspodError } from "../../../errors.ts";
import type { UserNamespaceMode } from "../../namespace-mode.ts";
import { type OwnIdMaps, parseAutoIdMap, parseIdMaps } from "./id-map.ts";

/** --userns, and the maps that stand in its place. */
export interface UserNamespaceFlags {
  readonly userns: string;
  readonly uidMap: readonly string[];
  readonly gidMap: readonly string[];
}

/**
 * @param own asked for only where something is mapped by hand
 * @throws {TspodError} If a mode or an option is unknown, both are given, or a map is none.
 */
export function parseUserNamespace(
  { userns, uidMap, gidMap }: UserNamespaceFlags,
  own: () => OwnIdMaps,
): UserNamespaceMode {
  if (uidMap.length > 0 || gidMap.length > 0) {
    if (userns !== "") {
      throw new TspodError("--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive");
    }
    return { kind: "maps", ...parseIdMaps({ uidMap, gidMap }, own()) };
  }
  const colon = userns.indexOf(":");
  const name = colon < 0 ? userns : userns.slice(0, colon);
  return parseMode(name, { rest: colon < 0 ? "" : userns.slice(colon + 1), text: userns, own });
}

function parseMode(
  name: string,
  { rest, text, own }: { rest: string; text: string; own: () => OwnIdMaps },
): UserNamespaceMode {
  switch (name) {
    case "":
    case "host":
    case "private":
      if (text.includes(":")) throw new TspodError(`unrecognized namespace mode ${text} passed`);
      return { kind: "host" };
    case "nomap":
      return { kind: "nomap" };
    case "keep-id":
      return parseKeepId(rest);
    case "auto":
      return parseAuto(rest, own);
    case "container":
      return { kind: "container", container: rest };
    case "ns":
      return { kind: "path", path: rest };
    default:
      throw new TspodError(`unrecognized namespace mode ${text} passed`);
  }
}

function parseKeepId(text: string): UserNamespaceMode {
  const settings = pairs(text).map(([name, value]) => {
    if (name !== "uid" && name !== "gid" && name !== "size")
      throw new TspodError(`unknown option specified: "${name}"`);
    return [name, parseUint(value)];
  });
  return { kind: "keep-id", ...Object.fromEntries(settings) };
}

function parseAuto(text: string, own: () => OwnIdMaps): UserNamespaceMode {
  let mode: Extract<UserNamespaceMode, { kind: "auto" }> = { kind: "auto", uidMap: [], gidMap: [] };
  for (const [name, value] of pairs(text)) {
    if (name === "size") mode = { ...mode, size: parseUint(value) };
    else if (name === "uidmapping")
      mode = { ...mode, uidMap: [...mode.uidMap, ...parseAutoIdMap(value, { kind: "UID", own: own().uid })] };
    else if (name === "gidmapping")
      mode = { ...mode, gidMap: [...mode.gidMap, ...parseAutoIdMap(value, { kind: "GID", own: own().gid })] };
    else throw new TspodError(`invalid option specified: "${name}"`);
  }
  return mode;
}

function pairs(text: string): [string, string][] {
  return text === ""
    ? []
    : text.split(",").map((option) => {
        const [name = "", value = ""] = option.split("=", 2);
        return [name, value];
      });
}

function parseUint(text: string): number {
  if (!/^\d+$/.test(text)) throw new TspodError(`strconv.ParseUint: parsing "${text}": invalid syntax`);
  return Number(text);
}
