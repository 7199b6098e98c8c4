import { closeSync } from "node:fs";
import { AT_EMPTY_PATH, fstatat, linkat, mknodat, S_IFIFO, S_IFLNK, symlinkat } from "../../os/at.ts";
import { decompressed } from "../compression/decompress.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { checkDepth, cleanEntryPath, splitPath } from "../tar/entry-path.ts";
import type { BodySink, TarEntry } from "../tar/tar-entry.ts";
import { tarReader } from "../tar/tar-reader.ts";
import { setOwnerAndMode, setTimes } from "./attributes.ts";
import { type CopyJob, makeDirectory, makeRoom, type Spot } from "./copy-entry.ts";
import { createFile } from "./file-sink.ts";
import { finishSpecial } from "./finish-special.ts";
import { holdFile, identity } from "./held-file.ts";
import { type LayerTree, openLayerTree } from "./layer-tree.ts";
import { type Located, openNamedDirectory } from "./locate.ts";

interface TarJob extends Pick<CopyJob, "owner" | "overwrite" | "creator"> {
  /** Called for each entry before anything is done with it; an error that it throws ends the reading. */
  readonly onEntry: (entry: TarEntry) => void;
}

/**
 * Unpack a tar, compressed or not, into a directory. Nothing in it leads out of that directory. Devices are
 * left out.
 * @returns how many bytes there were, decompressed; nothing at all is a tar without entries
 * @throws {TspodError} If it is no tar, or is damaged.
 */
export async function readTar(
  source: AsyncIterable<Uint8Array>,
  to: Pick<Located, "dirFd" | "name">,
  job: TarJob,
): Promise<number> {
  using stack = new DisposableStack();
  const fd = stack.adopt(openNamedDirectory(to), closeSync);
  const tree = stack.use(openLayerTree(`/proc/self/fd/${fd}/.`, () => {}));
  const directories = new Map<ByteString, MadeDirectory>();
  let size = 0;
  const reader = tarReader((entry) => {
    job.onEntry(entry);
    return applyEntry(tree, owned(entry, job), { directories, job });
  });
  try {
    for await (const chunk of decompressed(source)) {
      size += chunk.length;
      reader.write(chunk);
    }
    reader.end();
  } catch (error) {
    reader.abort();
    throw error;
  }
  for (const [path, made] of directories) finishDirectory(tree, path, { made, job });
  return size;
}

function owned(entry: TarEntry, { owner }: TarJob): TarEntry {
  return owner === undefined ? entry : { ...entry, ...owner };
}

/** An entry's directory, and by which numbers it is known again (identity()). */
interface MadeDirectory {
  readonly entry: TarEntry;
  readonly is: string;
}

interface Work {
  /** Their attributes are set at the end, when nothing is made in them any more. */
  readonly directories: Map<ByteString, MadeDirectory>;
  readonly job: TarJob;
}

function applyEntry(tree: LayerTree, entry: TarEntry, { directories, job }: Work): BodySink | undefined {
  const path = cleanEntryPath(entry.name);
  if (path === "") return undefined; // the directory that is copied into stays as it is
  checkDepth(path);
  const { directory, name } = splitPath(path);
  const to = { dirFd: tree.directory(directory), name: toPath(name) };
  if (entry.type === "directory") {
    const fd = makeDirectory(to, job);
    directories.set(path, { entry, is: identity(fstatat(fd, "", AT_EMPTY_PATH)) });
    closeSync(fd);
    return undefined;
  }
  if (entry.type === "device") return undefined;
  makeRoom(to, job);
  if (entry.type === "file") return createFile(to, entry, job.creator);
  if (entry.type === "link") {
    const target = splitPath(cleanEntryPath(entry.linkName));
    const from = { dirFd: tree.directory(target.directory), path: toPath(target.name) };
    linkat(from, { dirFd: tree.directory(directory), path: to.name });
    return undefined;
  }
  makeSpecial(to, entry, job);
  return undefined;
}

function makeSpecial(to: Spot, entry: TarEntry, { creator }: TarJob): void {
  const symlink = entry.type === "symlink";
  if (symlink) symlinkat(toPath(entry.linkName), to.dirFd, to.name);
  else mknodat(to.dirFd, to.name, { mode: S_IFIFO | 0o600 });
  const made = symlink ? "symlink" : -1;
  finishSpecial(to, symlink ? S_IFLNK : S_IFIFO, { creator, attributes: entry, made });
}

/** A file that a container has put into its place meanwhile stays as it is. */
function finishDirectory(
  tree: LayerTree,
  path: ByteString,
  { made: { entry, is }, job }: { made: MadeDirectory; job: TarJob },
): void {
  const { directory, name } = splitPath(path);
  const parent = tree.existing(directory);
  using held = parent === undefined ? undefined : holdFile({ dirFd: parent, name: toPath(name) });
  if (held === undefined || identity(held.status) !== is) return;
  setOwnerAndMode(held.fd, { creator: job.creator, attributes: entry, made: -1 });
  setTimes(held.fd, entry.mtime);
}
