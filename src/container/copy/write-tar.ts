import { closeSync, constants, fstatSync, readdirSync, readFileSync, readSync } from "node:fs";
import {
  type FileStatus,
  openat2,
  readlinkat,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "../../os/addon.ts";
import { TAR_END, tarHeader, tarPadding, type WrittenEntry } from "../../storage/pack/tar-header-writer.ts";
import { type ChangeOwner, readAttributes } from "../../storage/unpack/copy-node.ts";
import type { Spot } from "./copy-entry.ts";
import { statusOf } from "./locate.ts";

const CHUNK = 256 * 1024;

export interface TarOutput {
  readonly write: (bytes: Uint8Array) => void;
  /** Whose a file is in the tar, by whose it is on disk; absent: the same. */
  readonly owner?: ChangeOwner | undefined;
}

interface TarJob extends TarOutput {
  /** device:inode of files with several names → the first of them in the tar. */
  readonly links: Map<string, string>;
}

/**
 * Write something with all that is in it as a tar. Devices and sockets are left out.
 * @param name what it is called in the tar; "": of a directory, only what is in it, in the root of the tar
 */
export function writeTar(from: Spot, name: string, output: TarOutput): void {
  const job: TarJob = { ...output, links: new Map() };
  if (name === "") writeContents(from, "", job);
  else writeEntry(from, Buffer.from(name).toString("latin1"), job);
  output.write(TAR_END);
}

function writeContents(from: Spot, prefix: string, job: TarJob): void {
  const flags = constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const fd = openat2(from.dirFd, from.name, { flags });
  try {
    const names = readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" }).sort(Buffer.compare);
    for (const name of names) writeEntry({ dirFd: fd, name }, prefix + name.toString("latin1"), job);
  } finally {
    closeSync(fd);
  }
}

function writeEntry(from: Spot, name: string, job: TarJob): void {
  const status = statusOf(from.dirFd, from.name);
  if (status === undefined) return; // gone meanwhile
  const { uid, gid, mode, mtime, xattrs } = readAttributes(from, status);
  const common = {
    name,
    mode,
    ...(job.owner?.({ uid, gid }) ?? { uid, gid }),
    mtime: mtime.seconds,
    xattrs: xattrs.filter((each) => !each.name.startsWith("user.overlay.")),
  };
  switch (status.mode & S_IFMT) {
    case S_IFDIR:
      job.write(tarHeader({ ...common, name: `${name}/`, type: "directory" }));
      writeContents(from, `${name}/`, job);
      break;
    case S_IFLNK:
      job.write(
        tarHeader({
          ...common,
          mode: 0o777,
          type: "symlink",
          linkName: readlinkat(from.dirFd, from.name).toString("latin1"),
        }),
      );
      break;
    case S_IFIFO:
      job.write(tarHeader({ ...common, type: "fifo" }));
      break;
    case S_IFREG:
      writeFile(from, { ...common, type: "file" }, { status, job });
  }
}

function writeFile(
  from: Spot,
  entry: WrittenEntry,
  { status, job }: { status: FileStatus; job: TarJob },
): void {
  const key = `${status.device}:${status.inode}`;
  const first = job.links.get(key);
  if (first !== undefined) {
    job.write(tarHeader({ ...entry, type: "link", linkName: first, xattrs: [] }));
    return;
  }
  if (status.links > 1) job.links.set(key, entry.name);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = openat2(from.dirFd, from.name, { flags });
  try {
    const stated = fstatSync(fd).size;
    // Files of /proc and the like have content, but no size that says so.
    const content = stated === 0 ? readFileSync(fd) : undefined;
    const size = content?.length ?? stated;
    job.write(tarHeader({ ...entry, size }));
    if (content === undefined) writeBody(fd, size, job.write);
    else job.write(content);
    job.write(tarPadding(size));
  } finally {
    closeSync(fd);
  }
}

/** The header has said how long it is: a file that grows is cut there, one that shrinks is filled with zeroes. */
function writeBody(fd: number, size: number, write: TarJob["write"]): void {
  for (let left = size; left > 0; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK, left));
    const length = readSync(fd, chunk);
    write(length === 0 ? chunk : chunk.subarray(0, length));
    left -= length === 0 ? chunk.length : length;
  }
}
