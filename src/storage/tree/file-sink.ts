import { closeSync, constants, ftruncateSync, writeSync } from "node:fs";
import { openat2 } from "../../os/at.ts";
import type { PathLike } from "../../os/system-error.ts";
import type { Segment } from "../tar/sparse.ts";
import type { BodySink } from "../tar/tar-entry.ts";
import { type Attributes, type Creator, setOwnerAndMode, setTimes } from "./attributes.ts";

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface NewFile extends Attributes {
  readonly size: number;
  readonly segments?: readonly Segment[];
}

/**
 * Make a regular file and take its content.
 * @throws {SystemError} With EEXIST if something has that name.
 */
export function createFile(
  { dirFd, name }: { dirFd: number; name: PathLike },
  file: NewFile,
  creator: Creator,
): BodySink {
  const fd = openat2(dirFd, name, { flags: FLAGS, mode: file.mode & 0o777 });
  const write =
    file.segments === undefined
      ? (chunk: Buffer) => writeAll(fd, chunk, null)
      : sparseWriter(fd, file.segments);
  function finish(): void {
    if (file.segments !== undefined) ftruncateSync(fd, file.size); // the hole at the end
    setOwnerAndMode(fd, { creator, attributes: file, made: file.mode & 0o777 });
    setTimes(fd, file.mtime);
  }
  return {
    write,
    end() {
      try {
        finish();
      } finally {
        closeSync(fd);
      }
    },
    abort: () => closeSync(fd),
  };
}

function writeAll(fd: number, chunk: Buffer, position: number | null): void {
  let done = writeSync(fd, chunk, 0, chunk.length, position);
  while (done < chunk.length) {
    done += writeSync(fd, chunk, done, chunk.length - done, position === null ? null : position + done);
  }
}

function sparseWriter(fd: number, segments: readonly Segment[]): (chunk: Buffer) => void {
  let index = 0;
  let within = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const segment = segments[index];
      if (segment === undefined) return; // checkSegments() has made sure that they hold all of the body
      const piece = chunk.subarray(at, at + segment.length - within);
      if (piece.length > 0) writeAll(fd, piece, segment.offset + within);
      at += piece.length;
      within += piece.length;
      if (within < segment.length) return;
      index++;
      within = 0;
    }
  };
}
