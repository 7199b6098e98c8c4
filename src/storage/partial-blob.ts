import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestHex } from "../oci/digest.ts";
import { acquireLock } from "../os/file-lock.ts";
import { commitBlob, hasBlob, type PartialBlob } from "./blob-file.ts";
import type { Store } from "./store.ts";

const CHUNK = 1024 * 1024;

/** The heavy half of openPartialBlob() in blobs.ts. */
export async function openPartialBlob(
  store: Store,
  descriptor: Pick<Descriptor, "digest" | "size">,
): Promise<PartialBlob | undefined> {
  const path = join(store.partial, digestHex(descriptor.digest));
  const lock = await acquireLock(path); // on the file itself, so that the lock goes away with it
  if (hasBlob(store, descriptor)) {
    unlinkSync(path);
    lock[Symbol.dispose]();
    return undefined;
  }
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const received = await readReceived(fd, descriptor.size);
  return partialBlob(store, descriptor, { path, fd, lock, ...received });
}

/** Hash what an earlier try has left; nothing counts if that is more than the blob has. */
async function readReceived(fd: number, size: number): Promise<{ hash: Hash; offset: number }> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(CHUNK);
  if (fstatSync(fd).size > size) ftruncateSync(fd, 0);
  let offset = 0;
  for (
    let count = readSync(fd, buffer, 0, CHUNK, 0);
    count > 0;
    count = readSync(fd, buffer, 0, CHUNK, offset)
  ) {
    hash.update(buffer.subarray(0, count));
    offset += count;
    await setImmediate(); // other downloads go on meanwhile
  }
  return { hash, offset };
}

interface Received {
  readonly path: string;
  readonly fd: number;
  readonly lock: Disposable;
  hash: Hash;
  offset: number;
}

function partialBlob(
  store: Store,
  { digest, size }: Pick<Descriptor, "digest" | "size">,
  received: Received,
): PartialBlob {
  const { path, fd, lock } = received;
  let open = true;

  function letGo(): void {
    open = false;
    closeSync(fd);
    lock[Symbol.dispose]();
  }

  function discard(): void {
    if (!open) return;
    unlinkSync(path); // before the lock is let go: whoever waits for it sees that its file is no longer there
    letGo();
  }

  function fail(problem: string): never {
    discard();
    throw new TspodError(`blob "${digest}" is not what its descriptor says: ${problem}`);
  }

  return {
    get offset() {
      return received.offset;
    },
    received: () => readUpTo(path, received.offset),
    write(chunk) {
      if (received.offset + chunk.length > size) fail(`more than ${size} bytes`);
      received.hash.update(chunk);
      for (let done = 0; done < chunk.length; ) {
        const count = writeSync(fd, chunk, done, chunk.length - done, received.offset);
        done += count;
        received.offset += count;
      }
    },
    restart() {
      ftruncateSync(fd, 0);
      received.offset = 0;
      received.hash = createHash("sha256");
    },
    commit() {
      if (received.offset !== size) fail(`${received.offset} bytes instead of ${size}`);
      const found = `sha256:${received.hash.digest("hex")}`;
      if (found !== digest) fail(`its digest is "${found}"`);
      commitBlob(store, { fd, path, digest });
      letGo();
    },
    close() {
      if (!open) return;
      if (received.offset === 0) discard();
      else letGo();
    },
    discard,
  };
}

async function* readUpTo(path: string, length: number): AsyncGenerator<Uint8Array> {
  if (length > 0) yield* createReadStream(path, { end: length - 1, highWaterMark: CHUNK });
}
