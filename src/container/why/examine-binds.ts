import { statSync } from "node:fs";
import { toHostId } from "../../oci/id-maps.ts";
import type { BindRequest } from "../../options/mount-request.ts";
import { hasCode, isSystemError, systemErrorReason } from "../../os/system-error.ts";
import type { IdMaps } from "../../rootless/id-map.ts";

/** Who a container's first process is, in ids of the container. */
export interface ProcessOwner {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** A bind mount that can't be what the container needs. */
export type BindFinding =
  | { readonly kind: "missing"; readonly source: string; readonly destination: string }
  | {
      readonly kind: "hidden";
      readonly source: string;
      readonly destination: string;
      /** Why it can't be looked at: `permission denied`. */
      readonly reason: string;
    }
  | {
      readonly kind: "permission";
      readonly source: string;
      readonly destination: string;
      /** What the process can't do there. */
      readonly cannot: "read" | "write";
      readonly owner: Ids;
      readonly mode: number;
      readonly process: Ids;
    };

/** One user as the container and as the host know it; undefined: not in that namespace. */
export interface Ids {
  readonly containerUid: number | undefined;
  readonly hostUid: number | undefined;
  readonly containerGid: number | undefined;
}

/** What the kernel shows for ids that a user namespace does not have: user_namespaces(7). */
const OVERFLOW_ID = 65534;

/**
 * Look at a bind mount's source with the eyes of the container's first process.
 * @param maps of the user namespace that this process and the container are in
 * @returns undefined where nothing is wrong
 */
export function examineBind(
  { source, destination, readOnly }: Pick<BindRequest, "source" | "destination" | "readOnly">,
  { owner, maps }: { owner: ProcessOwner; maps: IdMaps },
): BindFinding | undefined {
  const status = statOf(source);
  if (status === undefined) return { kind: "missing", source, destination };
  if (typeof status === "string") return { kind: "hidden", source, destination, reason: status };
  const needed = readOnly ? "read" : "write";
  // root of the namespace that the file's owner is in
  if (owner.uid === 0 && status.uid !== OVERFLOW_ID) return undefined;
  const cannot = mayNot(status, owner, "read") ? "read" : mayNot(status, owner, needed) ? needed : undefined;
  if (cannot === undefined) return undefined;
  return {
    kind: "permission",
    source,
    destination,
    cannot,
    mode: status.mode & 0o7777,
    owner: {
      containerUid: status.uid === OVERFLOW_ID ? undefined : status.uid,
      hostUid: toHostId(maps.uid, status.uid),
      containerGid: status.gid === OVERFLOW_ID ? undefined : status.gid,
    },
    process: { containerUid: owner.uid, hostUid: toHostId(maps.uid, owner.uid), containerGid: owner.gid },
  };
}

interface Status {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** @see path_resolution(7), "Permissions" */
function mayNot({ uid, gid, mode }: Status, owner: ProcessOwner, what: "read" | "write"): boolean {
  const shift = uid === owner.uid ? 6 : gid === owner.gid || owner.groups.includes(gid) ? 3 : 0;
  return ((mode >> shift) & (what === "read" ? 4 : 2)) === 0;
}

/** Undefined where it is not there; a reason where that can't be seen. */
function statOf(path: string): Status | string | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    if (!isSystemError(error)) throw error;
    return systemErrorReason(error);
  }
}
