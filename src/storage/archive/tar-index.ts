import { readSync } from "node:fs";
import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import type { EntryType } from "../tar/tar-entry.ts";
import { BLOCK } from "../tar/tar-header.ts";
import { tarReader } from "../tar/tar-reader.ts";

/** A file of an archive, by where its bytes are. */
export interface ArchiveFile {
  /** As the archive has it, cleaned. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** The files of an uncompressed archive that is open for reading, or of a directory. */
export interface TarIndex {
  /** Links are followed, as old `docker save`s have them; undefined: there is no such file. */
  find(name: string): ArchiveFile | undefined;
  /** A small file as text. @throws {TspodError} If it is not there, or suspiciously large. */
  text(name: string): string;
  stream(file: ArchiveFile): AsyncIterable<Uint8Array>;
}

interface Listed extends ArchiveFile {
  readonly type: EntryType;
  readonly linkName: string;
}

const CHUNK = 1024 * 1024;
const LINKS_MAX = 10;
/** Manifests and configs; containers/image allows 4 MiB. */
const TEXT_MAX = 4 * 1024 * 1024;

/** @throws {TspodError} If it is no tar. */
export function indexTar(fd: number): TarIndex {
  const files = listFiles(fd);

  function find(name: string): ArchiveFile | undefined {
    let current = clean(name);
    for (let hops = 0; hops < LINKS_MAX; hops++) {
      const file = files.get(current);
      if (file === undefined || file.type === "file") return file;
      if (file.type === "symlink") current = clean(posix.join(posix.dirname(current), file.linkName));
      else if (file.type === "link") current = clean(file.linkName);
      else return undefined;
    }
    return undefined;
  }

  return {
    find,
    text(name) {
      const file = find(name);
      if (file === undefined) throw new TspodError(`damaged archive: "${name}" is not in it`);
      if (file.size > TEXT_MAX) throw new TspodError(`damaged archive: "${name}" has ${file.size} bytes`);
      const buffer = Buffer.alloc(file.size);
      readSync(fd, buffer, 0, file.size, file.offset);
      return buffer.toString("utf8");
    },
    stream: (file) => readRange(fd, file),
  };
}

/**
 * Not createReadStream(): that closes the descriptor when its reader stops early, whatever autoClose says.
 */
async function* readRange(fd: number, { offset, size }: ArchiveFile): AsyncGenerator<Uint8Array> {
  let done = 0;
  while (done < size) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - done));
    const count = readSync(fd, buffer, 0, buffer.length, offset + done);
    if (count === 0) throw new TspodError("damaged archive: it breaks off in the middle");
    done += count;
    yield buffer.subarray(0, count);
  }
}

/** Reads header blocks only, and seeks over the rest. */
function listFiles(fd: number): Map<string, Listed> {
  const files = new Map<string, Listed>();
  const block = Buffer.alloc(BLOCK);
  let position = 0;
  const reader = tarReader(({ name, type, size, linkName }) => {
    files.set(clean(name), { name: clean(name), type, size, linkName, offset: position + BLOCK });
    return undefined;
  });
  while (!reader.hasEnded()) {
    const count = readSync(fd, block, 0, BLOCK, position);
    if (count < BLOCK) break;
    reader.write(block);
    position += BLOCK;
    // A body, then the rest of its last block.
    for (let unwanted = reader.skippable(); unwanted > 0; unwanted = reader.skippable()) {
      reader.skip(unwanted);
      position += unwanted;
    }
  }
  reader.end();
  return files;
}

/** Archive names are only ever keys here: none becomes a path on disk. */
function clean(name: string): string {
  return posix.join("/", name).slice(1).replace(/\/$/, "");
}
