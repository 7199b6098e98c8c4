import type { FlagTable } from "../../../cli/flags/flag.ts";
import { ownIdMaps } from "../../../container/create/subordinate-ids.ts";
import { TspodError } from "../../../errors.ts";
import { type IdMapEntry, type IdMaps, idCount } from "../../../oci/id-maps.ts";
import { containerRun, gaps } from "../../../options/id-maps/id-runs.ts";
import { parseUserNamespace } from "../../../options/parse/user-namespace/user-namespace.ts";

export const userNamespaceFlags = {
  userns: {
    type: "string",
    value: "MODE",
    default: "",
    help: "Steps have 1024 ids beside root's with auto, N with auto:size=N, otherwise all",
  },
} as const satisfies FlagTable;

/** What --userns may say beside `auto`: each is the user namespace of the build, in which steps are. */
const OWN_NAMESPACE = ["", "host", "private", "container"];

/** As many as a step has with `auto`, unless it says a size: as Podman's builder. */
const AUTO_SIZE = 1024;

/** @returns why a build can't have such a namespace; undefined: it can */
export function userNamespaceFault(userns: string): string | undefined {
  if (OWN_NAMESPACE.includes(userns) || isAuto(userns)) return undefined;
  return `--userns "${userns}" is not supported: RUN steps have the ids of the build's user namespace, in which the image's files have their owners, or with "auto" the first of them`;
}

/**
 * The ids of steps with `--userns=auto`: the first ones of the build's user namespace, each as the number
 * that it has there, so that files need no other owners in a step than in its layer. The size counts
 * subordinate ids, as with Podman; root, which is the caller, comes on top where no map names it.
 * @returns undefined where steps have all ids of the build
 * @throws {TspodError} If there are not so many ids, or one is to be mapped to another.
 */
export function autoIdMaps(userns: string): IdMaps | undefined {
  if (!isAuto(userns)) return undefined;
  const mode = parseUserNamespace({ userns, uidMap: [], gidMap: [] }, ownIdMaps);
  if (mode.kind !== "auto") return undefined;
  const { size = AUTO_SIZE, uidMap, gidMap } = mode;
  const own = ownIdMaps();
  if (size > Math.min(idCount(own.uid), idCount(own.gid)))
    throw new TspodError(`--userns "${userns}": could not find enough available IDs`);
  return { uidMap: sameIds(size, uidMap), gidMap: sameIds(size, gidMap) };
}

function isAuto(userns: string): boolean {
  return /^auto(?::|$)/.test(userns);
}

function sameIds(size: number, given: readonly IdMapEntry[]): IdMapEntry[] {
  const moved = given.find(({ containerId, hostId }) => containerId !== hostId);
  if (moved !== undefined)
    throw new TspodError(
      `--userns auto: id ${moved.containerId} can't be mapped to ${moved.hostId}: the files of a step have the same owners in the image`,
    );
  const root = given.some(({ containerId }) => containerId === 0)
    ? []
    : [{ containerId: 0, hostId: 0, size: 1 }];
  const all = [...root, ...given];
  const others = gaps(all.map(containerRun), { from: 0, to: size + root.length });
  return [...all, ...others.map(({ from, to }) => ({ containerId: from, hostId: from, size: to - from }))];
}
