import { closeSync, constants } from "node:fs";
import { TspodError } from "../../errors.ts";
import {
  AT_EMPTY_PATH,
  fstatat,
  O_PATH,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
} from "../../os/at.ts";
import { openDeep } from "../../os/files/open-deep.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, readable } from "../tar/byte-string.ts";
import { type HeldFile, identity } from "./held-file.ts";

/** The levels, counted from the innermost, whose descriptors stay open. */
const KEPT = 8;

const FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * The way from a root down to a directory, by descriptors, as deep as it may be. Only the last few are open;
 * one that has been closed is found again when the way leads back to it.
 */
export interface DirectoryWay extends Disposable {
  /**
   * The innermost directory's descriptor (O_PATH), good until the next call; undefined where a container has
   * taken that directory away meanwhile, or where it was never there.
   */
  fd(): number | undefined;
  /** Goes into a directory of the innermost one, whose descriptor is the way's from now on. */
  enter(name: string | Buffer, held: Pick<HeldFile, "fd" | "status"> | undefined): void;
  /** Goes back to the directory around. */
  leave(): void;
}

/**
 * The innermost directory, to write in.
 * @param path of what is written, for the message
 * @throws {TspodError} If a container has taken it away.
 */
export function targetFd(way: DirectoryWay, path: ByteString): number {
  const fd = way.fd();
  if (fd === undefined) throw new TspodError(`the way to "${readable(path)}" has gone while it was copied`);
  return fd;
}

interface Level {
  fd: number | undefined;
  readonly name: Buffer;
  /** identity(); undefined: there is no such directory. */
  readonly is: string | undefined;
}

/**
 * @param rootFd is not closed; undefined: there is no such directory, and nothing in it
 * @param kept how many levels stay open
 */
export function openWay(rootFd: number | undefined, kept = KEPT): DirectoryWay {
  const levels: Level[] = [];

  function findAgain(level: Level, inner: Level): number | undefined {
    const above = inner.fd === undefined ? undefined : openAbove(inner.fd, level.is);
    return above ?? openBelow(rootFd, [...levels.map(({ name }) => name)]);
  }

  return {
    fd: () => (levels.length === 0 ? rootFd : levels.at(-1)?.fd),
    enter(name, held) {
      levels.push({
        fd: held?.fd,
        name: Buffer.from(name),
        is: held && identity(held.status),
      });
      close(levels.at(-1 - kept));
    },
    leave() {
      const inner = levels.pop();
      const level = levels.at(-1);
      if (inner === undefined) throw new Error("the root of a way can't be left");
      if (level !== undefined && level.fd === undefined && level.is !== undefined)
        level.fd = findAgain(level, inner);
      close(inner);
    },
    [Symbol.dispose]() {
      for (const level of levels) close(level);
    },
  };
}

function close(level: Level | undefined): void {
  if (level?.fd === undefined) return;
  closeSync(level.fd);
  level.fd = undefined;
}

/**
 * The directory around another one, if it is the one that it was: a container may have moved what it is
 * entered by.
 */
function openAbove(fd: number, is: string | undefined): number | undefined {
  const above = openOrNothing(() => openat2(fd, "..", { flags: FLAGS }));
  if (above === undefined || identity(fstatat(above, "", AT_EMPTY_PATH)) === is) return above;
  closeSync(above);
  return undefined;
}

/** What has these names now: it may be another directory, but in any case one below the root. */
function openBelow(rootFd: number | undefined, names: readonly Buffer[]): number | undefined {
  if (rootFd === undefined) return undefined;
  const path = Buffer.concat(names.flatMap((name) => [name, Buffer.from("/")]));
  const resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return openOrNothing(() => openDeep(rootFd, path.subarray(0, -1), { flags: FLAGS, resolve }));
}

function openOrNothing(open: () => number): number | undefined {
  try {
    return open();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}
