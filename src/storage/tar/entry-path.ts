import { TspodError } from "../../errors.ts";
import { type ByteString, readable } from "./byte-string.ts";

/**
 * Where a name in a layer stands, relative to the layer's root and without ".", ".." or doubled slashes; ""
 * is the root. A leading slash means the root too.
 * @throws {TspodError} If the name leads out of the layer.
 */
export function cleanEntryPath(name: ByteString): ByteString {
  if (!/(?:^|\/)\.{0,2}(?:\/|$)|\0/.test(name)) return name;
  const parts: ByteString[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined)
      throw new TspodError(`hostile layer: "${readable(name)}" leads out of it`);
  }
  if (name.includes("\0")) throw new TspodError(`damaged layer: a NUL in the name "${readable(name)}"`);
  return parts.join("/");
}

/**
 * Directories in each other. Others end at PATH_MAX, some 2000; what is as deep as this takes seconds to make
 * and to find again.
 */
const DEPTH_MAX = 16_384;
/** Characters of a long path that are shown. */
const SHOWN = 60;

/** @throws {TspodError} If a clean path leads deeper than an archive's files are packed or unpacked. */
export function checkDepth(path: ByteString): void {
  if (path.length <= DEPTH_MAX) return;
  let depth = 0;
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) depth++;
  if (depth < DEPTH_MAX) return;
  const shown = `${readable(path.slice(0, SHOWN))}…`;
  throw new TspodError(`"${shown}" is ${depth} directories deep: an archive may have ${DEPTH_MAX}`);
}

/** Split a clean path into its directory ("" is the root) and its last name. */
export function splitPath(path: ByteString): { directory: ByteString; name: ByteString } {
  const slash = path.lastIndexOf("/");
  return { directory: slash === -1 ? "" : path.slice(0, slash), name: path.slice(slash + 1) };
}
