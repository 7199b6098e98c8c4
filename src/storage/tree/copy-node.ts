import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import type { Owner } from "../../oci/id-maps.ts";
import {
  mkdirat,
  mknodat,
  openat2,
  readlinkat,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  symlinkat,
  unlinkat,
} from "../../os/at.ts";
import { copyContent } from "../../os/descriptor.ts";
import { type Creator, setOwnerAndMode, setTimes } from "./attributes.ts";
import { type HeldFile, openMade, type Place, readAttributes } from "./held-file.ts";
import { readUnsized } from "./read-unsized.ts";

/** Whose a copy is to be, by whose the original is. */
export type ChangeOwner = (owner: Owner) => Owner;

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Copy one thing with everything that belongs to it; of a directory, only itself, and its times are the
 * caller's business once its content is there. Devices and sockets are left out.
 * @returns a descriptor of the copy, the caller's to close; undefined where there is none
 * @throws {SystemError} With EEXIST if something has that name.
 */
export function copyNode(
  from: Pick<HeldFile, "fd" | "status">,
  {
    to,
    creator,
    owner,
    advance,
  }: {
    to: Place;
    creator: Creator;
    owner?: ChangeOwner | undefined;
    /** Told of a file's bytes as they are copied. */
    advance?: ((bytes: number) => void) | undefined;
  },
): number | undefined {
  const type = from.status.mode & S_IFMT;
  using open = new DisposableStack();
  // Both content and attributes are read by it.
  const source =
    type === S_IFREG ? { fd: open.adopt(openContent(from.fd), closeSync), status: from.status } : from;
  const fd = makeNode(source, { to, type, advance });
  if (fd === undefined) return undefined;
  try {
    const read = readAttributes(source);
    const attributes = owner === undefined ? read : { ...read, ...owner(read) };
    // -1: always set the mode, since a new file has only what its owner needs.
    setOwnerAndMode(fd, { creator, attributes, made: type === S_IFLNK ? "symlink" : -1 });
    if (type !== S_IFDIR) setTimes(fd, from.status.modified);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

interface Making {
  readonly to: Place;
  readonly type: number;
  readonly advance: ((bytes: number) => void) | undefined;
}

function makeNode(from: Pick<HeldFile, "fd" | "status">, { to, type, advance }: Making): number | undefined {
  switch (type) {
    case S_IFREG:
      return copyFile(from, to, advance);
    case S_IFLNK:
      symlinkat(readlinkat(from.fd, ""), to.dirFd, to.name);
      return openMade(to, S_IFLNK);
    case S_IFDIR:
      mkdirat(to.dirFd, to.name, 0o700);
      return openMade(to, S_IFDIR);
    case S_IFIFO:
      mknodat(to.dirFd, to.name, { mode: S_IFIFO | 0o600 });
      return openMade(to, S_IFIFO);
    default:
      return undefined;
  }
}

/** Opens a held regular file for reading. It is that very file: opening it can't wait, nor lead elsewhere. */
function openContent(fd: number): number {
  return openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
}

function copyFile(
  { fd, status }: Pick<HeldFile, "fd" | "status">,
  to: Place,
  advance: Making["advance"],
): number {
  const target = openat2(to.dirFd, to.name, { flags: NEW_FILE, mode: 0o600 });
  try {
    if (status.size > 0) copyParts(fd, target, { size: status.size, advance });
    else writeFileSync(target, readUnsized(fd));
    return target;
  } catch (error) {
    closeSync(target);
    removeIfThere(to);
    throw error;
  }
}

/** Bytes that are copied in one call: a second's work. */
const COPY_PART = 256 * 1024 * 1024;

function copyParts(
  from: number,
  to: number,
  { size, advance }: { readonly size: number; readonly advance: Making["advance"] },
): void {
  for (let at = 0; at < size; ) {
    const end = Math.min(at + COPY_PART, size);
    const reached = copyContent(from, to, at, end);
    advance?.(reached - at);
    if (reached < end) return; // the file has become shorter
    at = reached;
  }
}

/** No half of a file is left. */
function removeIfThere({ dirFd, name }: Place): void {
  try {
    unlinkat(dirFd, name);
  } catch {
    // The first error is the one that is reported.
  }
}
