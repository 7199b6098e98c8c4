import { closeSync } from "node:fs";
import { linkat, mknodat, S_IFIFO, symlinkat } from "../../os/addon.ts";
import { decompressed } from "../compression/decompress.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { cleanEntryPath, splitPath } from "../tar/entry-path.ts";
import type { BodySink, TarEntry } from "../tar/tar-entry.ts";
import { tarReader } from "../tar/tar-reader.ts";
import { setOwnerAndMode, setTimes } from "./attributes.ts";
import { type CopyJob, makeDirectory, makeRoom, type Spot } from "./copy-entry.ts";
import { createFile } from "./file-sink.ts";
import { type LayerTree, openLayerTree } from "./layer-tree.ts";
import { type Located, openNamedDirectory } from "./locate.ts";

interface TarJob extends Pick<CopyJob, "owner" | "overwrite" | "creator"> {
  /** Told of each entry before anything is done with it; what it throws ends the reading. */
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
  const directories = new Map<ByteString, TarEntry>();
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
  for (const [path, entry] of directories) finishDirectory(tree, path, { entry, job });
  return size;
}

function owned(entry: TarEntry, { owner }: TarJob): TarEntry {
  return owner === undefined ? entry : { ...entry, ...owner };
}

interface Work {
  /** Their attributes are set at the end, when nothing is made in them any more. */
  readonly directories: Map<ByteString, TarEntry>;
  readonly job: TarJob;
}

function applyEntry(tree: LayerTree, entry: TarEntry, { directories, job }: Work): BodySink | undefined {
  const path = cleanEntryPath(entry.name);
  if (path === "") return undefined; // the directory that is copied into stays as it is
  const { directory, name } = splitPath(path);
  const to = { dirFd: tree.directory(directory), name: toPath(name) };
  if (entry.type === "directory") {
    makeDirectory(to, job);
    directories.set(path, entry);
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
  makeSpecial(to, entry);
  setOwnerAndMode(to.dirFd, to.name, {
    creator: job.creator,
    attributes: entry,
    made: entry.type === "symlink" ? "symlink" : -1,
  });
  setTimes(to.dirFd, to.name, entry.mtime);
  return undefined;
}

function makeSpecial({ dirFd, name }: Spot, entry: TarEntry): void {
  if (entry.type === "symlink") symlinkat(toPath(entry.linkName), dirFd, name);
  else mknodat(dirFd, name, { mode: S_IFIFO | 0o600 });
}

function finishDirectory(
  tree: LayerTree,
  path: ByteString,
  { entry, job }: { entry: TarEntry; job: TarJob },
): void {
  const { directory, name } = splitPath(path);
  const dirFd = tree.directory(directory);
  setOwnerAndMode(dirFd, toPath(name), { creator: job.creator, attributes: entry, made: -1 });
  setTimes(dirFd, toPath(name), entry.mtime);
}
