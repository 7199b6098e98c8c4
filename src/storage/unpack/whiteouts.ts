import { TspodError } from "../../errors.ts";
import { mknodat, S_IFCHR } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, readable, toPath } from "../tar/byte-string.ts";
import { splitPath } from "../tar/entry-path.ts";
import { type LayerWork, replace } from "./layer-work.ts";

const WHITEOUT = ".wh.";
const OPAQUE_MARK = ".wh..wh..opq";
/** Other names of AUFS's own bookkeeping. */
const AUFS = ".wh..wh.";

/** Whether the last name of an entry stands for something that is deleted. */
export function isWhiteoutName(name: ByteString): boolean {
  return name.startsWith(WHITEOUT);
}

/** A directory that was whited out and is only implied now is a new one: opaque. */
export function makeWayThroughWhiteouts(work: LayerWork, path: ByteString): void {
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const parent = path.slice(0, slash);
    if (!work.whiteouts.has(parent)) continue;
    replace(work, parent);
    markOpaque(work, parent);
  }
}

/**
 * A whiteout deletes from the layers below only, wherever in the tar it stands: what this layer has under
 * that name stays.
 */
export function applyWhiteout(work: LayerWork, path: ByteString): undefined {
  const { directory, name } = splitPath(path);
  if (name === OPAQUE_MARK) return markOpaque(work, directory);
  if (name.startsWith(AUFS)) return;
  const hidden = name.slice(WHITEOUT.length);
  if (hidden === "" || hidden === "." || hidden === "..")
    throw new TspodError(`damaged layer: bad whiteout "${readable(path)}"`);
  const target = directory === "" ? hidden : `${directory}/${hidden}`;
  const dirFd = work.tree.directory(directory);
  try {
    mknodat(dirFd, toPath(hidden), { mode: S_IFCHR, major: 0, minor: 0 });
    work.whiteouts.add(target);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if (work.directories.has(target)) markOpaque(work, target);
  }
}

function markOpaque(work: LayerWork, path: ByteString): undefined {
  work.tree.directory(path);
  const note = work.directories.get(path);
  work.directories.set(path, { attributes: note?.attributes, opaque: true });
}
