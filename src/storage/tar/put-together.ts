import { ownValue } from "../../oci/shape.ts";
import type { ByteString } from "./byte-string.ts";
import type { PaxRecord } from "./pax.ts";
import { paxId, paxMtime, paxText, paxXattrs } from "./pax-values.ts";
import type { Segment } from "./sparse.ts";
import type { EntryType, TarEntry } from "./tar-entry.ts";
import type { TarHeader } from "./tar-header.ts";

/** Headers that stand before an entry and apply to it. */
export interface Prelude {
  name?: ByteString;
  linkName?: ByteString;
  pax: PaxRecord[];
}

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  S: "file",
  "1": "link",
  "2": "symlink",
  "3": "device",
  "4": "device",
  "5": "directory",
  D: "directory",
  "6": "fifo",
};

/**
 * Undefined for types that say nothing about files (volume labels, global headers): their bodies are skipped.
 */
export function typeOf(header: TarHeader, prelude: Prelude): EntryType | undefined {
  const type = ownValue(TYPES, header.type);
  // Before POSIX a directory was a file whose name ends in a slash; since then that is a file,
  // as Go's reader and so Podman have it. The whole name: the header's own may be cut at one.
  return header.type === "\0" && nameOf(header, prelude).endsWith("/") ? "directory" : type;
}

/** The whole name, which the header's own may be the beginning of. */
export function nameOf(header: TarHeader, { name, pax }: Prelude): ByteString {
  return paxText(pax, "GNU.sparse.name") ?? paxText(pax, "path") ?? name ?? header.name;
}

/** The target of a symlink or hard link. */
export function linkNameOf(header: TarHeader, { linkName, pax }: Prelude): ByteString {
  return paxText(pax, "linkpath") ?? linkName ?? header.linkName;
}

/** An entry as its header and what stood before it say together. */
export function putTogether(
  header: TarHeader,
  found: { type: EntryType; own: Prelude; size: number; segments: readonly Segment[] | undefined },
): TarEntry {
  const { type, own, size, segments } = found;
  const { pax } = own;
  return {
    type,
    name: nameOf(header, own),
    linkName: linkNameOf(header, own),
    mode: header.mode,
    uid: paxId(pax, "uid") ?? header.uid,
    gid: paxId(pax, "gid") ?? header.gid,
    mtime: paxMtime(pax) ?? { seconds: header.mtime, nanoseconds: 0 },
    xattrs: paxXattrs(pax),
    size,
    ...(segments === undefined ? {} : { segments }),
  };
}
