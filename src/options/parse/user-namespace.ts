import { TspodError } from "../../errors.ts";
import type { IdMapEntry } from "../../oci/id-maps.ts";
import type { UserNamespaceMode } from "../namespace-mode.ts";

/** --userns, and the maps that stand in its place. */
export interface UserNamespaceFlags {
  readonly userns: string;
  readonly uidMap: readonly string[];
  readonly gidMap: readonly string[];
}

/** @throws {TspodError} If a mode or an option is unknown, or both are given. */
export function parseUserNamespace({ userns, uidMap, gidMap }: UserNamespaceFlags): UserNamespaceMode {
  if (uidMap.length > 0 || gidMap.length > 0) {
    if (userns !== "") {
      throw new TspodError("--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive");
    }
    const uids = parseIdMaps(uidMap.length > 0 ? uidMap : gidMap, "UID");
    const gids = parseIdMaps(gidMap.length > 0 ? gidMap : uidMap, "GID");
    return { kind: "maps", uidMap: uids, gidMap: gids };
  }
  const colon = userns.indexOf(":");
  const name = colon < 0 ? userns : userns.slice(0, colon);
  return parseMode(name, { rest: colon < 0 ? "" : userns.slice(colon + 1), text: userns });
}

function parseMode(name: string, { rest, text }: { rest: string; text: string }): UserNamespaceMode {
  switch (name) {
    case "":
    case "host":
    case "private":
      return { kind: "host" };
    case "nomap":
      return { kind: "nomap" };
    case "keep-id":
      return parseKeepId(rest);
    case "auto":
      return parseAuto(rest);
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

function parseAuto(text: string): UserNamespaceMode {
  let mode: Extract<UserNamespaceMode, { kind: "auto" }> = { kind: "auto", uidMap: [], gidMap: [] };
  for (const [name, value] of pairs(text)) {
    if (name === "size") mode = { ...mode, size: parseUint(value) };
    else if (name === "uidmapping")
      mode = { ...mode, uidMap: [...mode.uidMap, ...parseIdMaps([value], "UID")] };
    else if (name === "gidmapping")
      mode = { ...mode, gidMap: [...mode.gidMap, ...parseIdMaps([value], "GID")] };
    else throw new TspodError(`unknown option specified: "${name}"`);
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

function parseIdMaps(texts: readonly string[], what: "UID" | "GID"): IdMapEntry[] {
  return texts.map((text) => {
    const [, container, host, size] = /^(\d+):@?(\d+)(?::(\d+))?$/.exec(text) ?? [];
    if (container === undefined || host === undefined) {
      const form = '["uint32:uint32:uint32"]';
      throw new TspodError(
        `initializing ID mappings: ${what} setting is malformed expected ${form}: ["${texts.join('" "')}"]`,
      );
    }
    return { containerId: Number(container), hostId: Number(host), size: Number(size ?? 1) };
  });
}
