import { createHash } from "node:crypto";

/** What there is to know of a file, in one line; the keys are paths, a character a byte. */
export type Tree = ReadonlyMap<string, string>;

/**
 * Prints the tree in the directory `$1` as a tar, whoever has made it: GNU tar knows xattrs and links, where
 * Node does not.
 */
export const PRINT_TREE =
  "tar -C \"$1\" --sort=name --numeric-owner --format=posix --pax-option=delete=atime,delete=ctime --xattrs --xattrs-include='*' -cf - .";

const BLOCK = 512;
const TYPES: Readonly<Record<string, string>> = {
  "0": "file",
  "1": "link",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
};

/**
 * Read what PRINT_TREE has printed: type, owner, mode, mtime, size and digest, target or first link, xattrs.
 */
export function readTree(tar: Buffer): Tree {
  const tree = new Map<string, string>();
  let pax = new Map<string, string>();
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK);
    const field = (start: number, length: number) =>
      header.toString("latin1", start, start + length).replace(/\0.*$/s, "");
    const flag = field(156, 1);
    const size = Number(pax.get("size") ?? Number.parseInt(field(124, 12), 8));
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (flag === "x") {
      pax = readPax(body);
      continue;
    }
    const prefix = field(345, 155);
    const name = pax.get("path") ?? (prefix === "" ? field(0, 100) : `${prefix}/${field(0, 100)}`);
    const number = (key: string, start: number) =>
      pax.get(key) ?? String(Number.parseInt(field(start, 8), 8));
    const xattrs = [...pax].filter(([key]) => isLayersXattr(key)).sort();
    tree.set(
      clean(name),
      [
        TYPES[flag] ?? flag,
        Number.parseInt(field(100, 8), 8).toString(8),
        `${number("uid", 108)}:${number("gid", 116)}`,
        time(pax.get("mtime") ?? String(Number.parseInt(field(136, 12), 8))),
        flag === "0" ? `${size} ${createHash("sha256").update(body).digest("hex").slice(0, 16)}` : "",
        flag === "1" || flag === "2" ? `-> ${pax.get("linkpath") ?? field(157, 100)}` : "",
        ...xattrs.map(([key, value]) => `${key}=${Buffer.from(value, "latin1").toString("hex")}`),
      ].join(" "),
    );
    pax = new Map();
  }
  return tree;
}

/** Seconds since the epoch; "now" for what nobody has set: the time when it was made. */
function time(seconds: string): string {
  return Math.abs(Number(seconds) - Date.now() / 1000) < 3600 ? "now" : seconds;
}

/** Those of overlayfs and of the storage are how a layer is kept, not what is in it. */
function isLayersXattr(key: string): boolean {
  return (
    key.startsWith("SCHILY.xattr.") &&
    !/\.(?:overlay|fuseoverlayfs|rootlesscontainers|containers)\b/.test(key)
  );
}

function clean(name: string): string {
  return name.replace(/^\.\/?/, "").replace(/\/$/, "");
}

function readPax(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const length = Number.parseInt(body.toString("latin1", at, at + 20), 10);
    const record = body.toString("latin1", body.indexOf(" ", at) + 1, at + length - 1);
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}
