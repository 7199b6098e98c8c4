import type { IdMapEntry } from "../oci/id-maps.ts";

/** A namespace of a container. `path` and `container` join an existing one. */
export type NamespaceMode =
  | { readonly kind: "private" }
  | { readonly kind: "host" }
  | { readonly kind: "container"; readonly container: string }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "pod" };

/**
 * `none` and `shareable` are the ipc namespace's own: no /dev/shm at all, and private that others may join.
 */
export type IpcMode = NamespaceMode | { readonly kind: "none" } | { readonly kind: "shareable" };

export type UserNamespaceMode =
  | { readonly kind: "host" }
  | { readonly kind: "keep-id"; readonly uid?: number; readonly gid?: number; readonly size?: number }
  | { readonly kind: "nomap" }
  | {
      readonly kind: "auto";
      readonly size?: number;
      readonly uidMap: readonly IdMapEntry[];
      readonly gidMap: readonly IdMapEntry[];
    }
  | { readonly kind: "maps"; readonly uidMap: readonly IdMapEntry[]; readonly gidMap: readonly IdMapEntry[] }
  | { readonly kind: "container"; readonly container: string }
  | { readonly kind: "path"; readonly path: string };
