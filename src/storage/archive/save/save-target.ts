import { createHash } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Digest, digestHex, parseDigest } from "../../../oci/digest.ts";
import { counted, type TransferCounter } from "../../../options/format-transfer.ts";
import { makeDirectories } from "../../../os/files/make-directories.ts";
import { writeAll, writing } from "../../../os/files/write-file.ts";
import { randomHex } from "../../random-hex.ts";
import { TAR_END, tarHeader, tarPadding } from "../../tar/tar-header-writer.ts";

/** A file of known content, or a stream of bytes of a known size. */
export type Content = Buffer | { readonly size: number; readonly bytes: AsyncIterable<Uint8Array> };

/** Where saved images go: a tar, or a directory. */
export interface SaveTarget {
  /** A file by its name in there, once for each name. */
  add(name: string, content: Content): Promise<void>;
  /**
   * Adds a file whose name is its digest, which is known only when it has been written.
   * @param nameOf gives the name
   */
  addByDigest(
    bytes: AsyncIterable<Uint8Array>,
    nameOf: (digest: Digest) => string,
  ): Promise<{ digest: Digest; size: number }>;
  end(): void;
}

/** @param write takes the tar's bytes in order; it may keep none of them */
export function tarTarget(write: (bytes: Uint8Array) => void): SaveTarget {
  const made = new Set<string>();

  function makeParents(name: string): void {
    const parent = dirname(name);
    if (parent === "." || made.has(parent)) return;
    makeParents(parent);
    made.add(parent);
    write(tarHeader({ name: `${parent}/`, type: "directory", mode: 0o755 }));
  }

  return {
    async add(name, content) {
      if (made.has(name)) return;
      makeParents(name);
      made.add(name);
      const size = Buffer.isBuffer(content) ? content.length : content.size;
      write(tarHeader({ name, type: "file", mode: 0o444, size }));
      if (Buffer.isBuffer(content)) write(content);
      else await copyBytes(content, write);
      write(tarPadding(size));
    },
    addByDigest() {
      throw new Error("a tar can't name a file after it was written");
    },
    end: () => write(TAR_END),
  };
}

/** The size stands in the header already: more or less bytes would spoil all that follows. */
async function copyBytes(
  { size, bytes }: { size: number; bytes: AsyncIterable<Uint8Array> },
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  let done = 0;
  for await (const chunk of bytes) {
    done += chunk.length;
    if (done > size) break;
    write(chunk);
  }
  if (done !== size) throw new Error(`${done} bytes came where ${size} were announced`);
}

/**
 * @param root absolute path; made where it is missing, and what is in it stays
 * @throws {TspodError} If it can't be written to.
 */
export function directoryTarget(root: string, signal?: AbortSignal): SaveTarget {
  async function write(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    nameOf: (digest: Digest) => string,
  ): Promise<{ digest: Digest; size: number }> {
    using file = openBeside(root);
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      file.write(chunk);
    }
    const digest = parseDigest(`sha256:${hash.digest("hex")}`);
    file.moveTo(join(root, nameOf(digest)));
    return { digest, size };
  }
  return {
    async add(name, content) {
      await write(Buffer.isBuffer(content) ? [content] : content.bytes, () => name);
    },
    addByDigest: write,
    end: () => undefined,
  };
}

/** A file that goes away again unless it is moved to its place: what is there stays whole until then. */
interface FileBeside extends Disposable {
  write(bytes: Uint8Array): void;
  moveTo(path: string): void;
}

function openBeside(root: string): FileBeside {
  const path = join(root, `.${randomHex(8)}.tmp`);
  const fd = writing(root, () => {
    makeDirectories(root);
    return openSync(path, "wx");
  });
  return {
    write: (bytes) => writing(root, () => writeAll(fd, bytes)),
    moveTo: (place) =>
      writing(place, () => {
        makeDirectories(dirname(place));
        renameSync(path, place);
      }),
    [Symbol.dispose]() {
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}

/** Tells `counter` of the bytes of streams; known contents are small. */
export function countedTarget(target: SaveTarget, counter: TransferCounter): SaveTarget {
  return {
    add: (name, content) =>
      target.add(
        name,
        Buffer.isBuffer(content) ? content : { ...content, bytes: counted(content.bytes, counter) },
      ),
    addByDigest: (bytes, nameOf) => target.addByDigest(counted(bytes, counter), nameOf),
    end: target.end,
  };
}

/** Where an OCI layout has a blob. */
export function layoutBlob(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}
