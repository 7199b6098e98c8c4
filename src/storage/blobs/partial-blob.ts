import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  fsync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestHex } from "../../oci/digest.ts";
import { acquireLock } from "../../os/file-lock.ts";
import type { Store } from "../store.ts";
import { hasBlob, type PartialBlob, showBlob } from "./blob-file.ts";
import { type OrderedWrites, orderedWrites } from "./ordered-writes.ts";

const CHUNK = 1024 * 1024;

/** The heavy half of openPartialBlob() in blobs.ts. */
export async function openPartialBlob(
  store: Store,
  descriptor: Pick<Descriptor, "digest" | "size">,
): Promise<PartialBlob | undefined> {
  const path = join(store.partial, digestHex(descriptor.digest));
  using undo = new DisposableStack();
  undo.use(await acquireLock(path)); // on the file itself, so that the lock goes away with it
  if (hasBlob(store, descriptor)) {
    unlinkSync(path);
    return undefined;
  }
  const fd = undo.adopt(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600), closeSync);
  const received = await readReceived(fd, descriptor.size);
  return partialBlob(store, descriptor, { path, fd, held: undo.move(), ...received });
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
  /** Closes the file, then lets its lock go. */
  readonly held: Disposable;
  readonly hash: Hash;
  readonly offset: number;
}

const flush = promisify(fsync);

function partialBlob(
  store: Store,
  { digest, size }: Pick<Descriptor, "digest" | "size">,
  received: Received,
): PartialBlob {
  const { path, fd, held } = received;
  let { hash, offset } = received;
  let writes: OrderedWrites = orderedWrites(fd, offset);
  let open = true;
  let verified = false;

  function letGo(): void {
    open = false;
    held[Symbol.dispose]();
  }

  async function discard(): Promise<void> {
    if (!open) return;
    await writes.flushed().catch(() => undefined); // they go by the descriptor's number
    // before the lock is released, so that a waiting process sees that its file is no longer there
    unlinkSync(path);
    letGo();
  }

  async function fail(problem: string): Promise<never> {
    await discard();
    throw new TspodError(`blob "${digest}" is not what its descriptor says: ${problem}`);
  }

  async function verify(): Promise<void> {
    if (verified) return;
    if (offset !== size) await fail(`${offset} bytes instead of ${size}`);
    const found = `sha256:${hash.digest("hex")}`;
    if (found !== digest) await fail(`its digest is "${found}"`);
    verified = true;
  }

  return {
    get offset() {
      return offset;
    },
    received: () => readUpTo(path, offset),
    async write(chunk) {
      if (offset + chunk.length > size) await fail(`more than ${size} bytes`);
      hash.update(chunk);
      offset += chunk.length;
      await writes.add(chunk);
    },
    async restart() {
      await writes.flushed();
      ftruncateSync(fd, 0);
      offset = 0;
      hash = createHash("sha256");
      writes = orderedWrites(fd, 0);
    },
    verify,
    async commit(flushed = () => flush(fd)) {
      await verify();
      await writes.flushed();
      await flushed(); // other layers are unpacked meanwhile
      showBlob(store, { fd, path, digest });
      letGo();
    },
    async close() {
      if (!open) return;
      await writes.flushed().catch(() => undefined); // the writer has got the error
      if (offset === 0) await discard();
      else letGo();
    },
    discard,
  };
}

async function* readUpTo(path: string, length: number): AsyncGenerator<Uint8Array> {
  if (length > 0) yield* createReadStream(path, { end: length - 1, highWaterMark: CHUNK });
}
