import { TspodError } from "../../../errors.ts";
import type { IdMapEntry, IdMaps } from "../../../oci/id-maps.ts";
import { extendIdMap, fillIdMap, mergeIdMap } from "../../id-maps/extend-id-map.ts";
import { common, containerRun, gaps, hostRun } from "../../id-maps/id-runs.ts";

/** What a map is for, in Podman's words. */
export type IdKind = "UID" | "GID";

/** The maps of our own user namespace; `hostId` is an id of the namespace above, which `@` refers to. */
export interface OwnIdMaps {
  readonly uid: readonly IdMapEntry[];
  readonly gid: readonly IdMapEntry[];
}

export interface IdMapContext {
  readonly kind: IdKind;
  readonly own: readonly IdMapEntry[];
}

/** `[flags]container_id:from_id[:amount]`, as it stands there. */
interface MapRequest extends IdMapEntry {
  /** `+`: the other maps make way for it. */
  readonly extends: boolean;
  /** `u` and `g`: without either it is for both. */
  readonly kinds: readonly IdKind[];
  /** `@`: the host id is one of the namespace above ours. */
  readonly above: boolean;
}

/** ids are uint32, and the last one, -1, is none */
const ID_MAX = 2 ** 32 - 1;

/**
 * --uidmap and --gidmap: where only one is given it holds for both, but for maps with the flag `u` or `g`. A
 * kind that is left without any map has all of our ids. As Podman, several maps may stand in one text.
 * @throws {TspodError} If a text is no map, nothing is mapped, ids are mapped twice, or `@` names an id that
 *   ours has no counterpart for.
 * @see podman-run(1), --uidmap
 */
export function parseIdMaps(
  { uidMap, gidMap }: { readonly uidMap: readonly string[]; readonly gidMap: readonly string[] },
  own: OwnIdMaps,
): IdMaps {
  const uids = parseIdMap(uidMap.length > 0 ? uidMap : gidMap, { kind: "UID", own: own.uid });
  const gids = parseIdMap(gidMap.length > 0 ? gidMap : uidMap, { kind: "GID", own: own.gid });
  if (uids.length + gids.length === 0)
    throw new TspodError("must provide at least one UID or GID mapping to configure a user namespace");
  return {
    uidMap: uids.length > 0 ? uids : mergeIdMap(fillIdMap([], own.uid)),
    gidMap: gids.length > 0 ? gids : mergeIdMap(fillIdMap([], own.gid)),
  };
}

/** `container_id:from_id[:amount]`, the value of --userns=auto:uidmapping= and gidmapping=. */
export function parseAutoIdMap(text: string, context: IdMapContext): IdMapEntry[] {
  const [container, host, size = "1", ...more] = text.split(":");
  if (container === undefined || host === undefined || more.length > 0) {
    throw new TspodError(
      `initializing ID mappings: ${context.kind} setting is malformed expected ["uint32:[@]uint32[:uint32]"] : "${text}"`,
    );
  }
  return mergeIdMap(ofOurNamespace(parseRequest([container, host, size], { text, flags: "" }), context));
}

function parseIdMap(texts: readonly string[], context: IdMapContext): IdMapEntry[] {
  let map: IdMapEntry[] = [];
  let fills = false;
  for (const request of texts.flatMap((text) => parseRequests(text, { texts, kind: context.kind }))) {
    if (!request.kinds.includes(context.kind)) continue;
    for (const entry of ofOurNamespace(request, context)) {
      fills ||= request.extends && map.length === 0;
      map = request.extends ? extendIdMap(map, entry) : [...map, entry];
    }
  }
  checkUnique(map, context.kind);
  return mergeIdMap(fills ? fillIdMap(map, context.own) : map);
}

function parseRequests(
  text: string,
  { texts, kind }: { readonly texts: readonly string[]; readonly kind: IdKind },
): MapRequest[] {
  const fields = text.split(":");
  if (fields.length === 2) fields.push("1");
  const triples = Array.from({ length: Math.ceil(fields.length / 3) }, (_, i) =>
    fields.slice(3 * i, 3 * i + 3),
  );
  return triples.map(([first = "", host, size]) => {
    if (first === "" || host === undefined || size === undefined) {
      throw new TspodError(
        `initializing ID mappings: ${kind} setting is malformed expected ["[+ug]uint32:[@]uint32[:uint32]"] : ["${texts.join('" "')}"]`,
      );
    }
    const [flags = ""] = /^[^0-9]*/.exec(first) ?? [];
    return parseRequest([first.slice(flags.length), host, size], { text, flags });
  });
}

function parseRequest(
  [container, host, size]: readonly [string, string, string],
  { text, flags }: { readonly text: string; readonly flags: string },
): MapRequest {
  const unknown = /[^+ug]/.exec(flags)?.[0];
  if (unknown !== undefined)
    throw new TspodError(
      `invalid mapping "${text}": unknown flag "${unknown}", the flags are "+", "u" and "g"`,
    );
  const above = host.startsWith("@");
  const kinds = [
    ...(flags.includes("u") ? ["UID" as const] : []),
    ...(flags.includes("g") ? ["GID" as const] : []),
  ];
  const ids = {
    containerId: parseId(container, text),
    hostId: parseId(above ? host.slice(1) : host, text),
    size: parseId(size, text),
  };
  if (Math.max(ids.containerId, ids.hostId) + ids.size > ID_MAX)
    throw new TspodError(`invalid mapping "${text}": it goes beyond the last id, ${ID_MAX - 1}`);
  return {
    ...ids,
    extends: flags.includes("+"),
    kinds: kinds.length > 0 ? kinds : ["UID", "GID"],
    above,
  };
}

function parseId(digits: string, text: string): number {
  if (/^\d+$/.test(digits) && Number(digits) <= ID_MAX) return Number(digits);
  throw new TspodError(`invalid mapping "${text}": "${digits}" is not a number from 0 to ${ID_MAX}`);
}

/** What a request maps, in ids of our namespace; nothing, if its amount is 0. */
function ofOurNamespace(
  { containerId, hostId, size, above }: MapRequest,
  { kind, own }: IdMapContext,
): IdMapEntry[] {
  if (size === 0) return [];
  if (!above) return [{ containerId, hostId, size }];
  const wanted = { from: hostId, to: hostId + size };
  const [missing] = gaps(own.map(hostRun), wanted);
  if (missing !== undefined) {
    throw new TspodError(
      `parent ID ${kind} ${missing.from} is not mapped/delegated: see ${kind === "UID" ? "subuid(5)" : "subgid(5)"}`,
    );
  }
  return own.flatMap((run) => {
    const part = common(wanted, hostRun(run));
    if (part === undefined) return [];
    const { from, to } = part;
    return [
      {
        containerId: containerId + from - wanted.from,
        hostId: run.containerId + from - run.hostId,
        size: to - from,
      },
    ];
  });
}

/** The kernel takes no map in which an id stands twice, and its EINVAL doesn't tell which. */
function checkUnique(map: readonly IdMapEntry[], kind: IdKind): void {
  const entry = map.find((each, at) => map.slice(0, at).some((earlier) => conflict(earlier, each)));
  if (entry === undefined) return;
  const { containerId, hostId, size } = entry;
  throw new TspodError(
    `the ${kind} mapping ${containerId}:${hostId}:${size} conflicts with other mappings: put "+" before it to take its ids out of them`,
  );
}

function conflict(one: IdMapEntry, other: IdMapEntry): boolean {
  const ids = common(containerRun(one), containerRun(other)) ?? common(hostRun(one), hostRun(other));
  return ids !== undefined;
}
