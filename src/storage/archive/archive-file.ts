import {
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  fstatSync,
  openSync,
  readSync,
} from "node:fs";
import { join } from "node:path";
import { addAbortSignal, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { NotFoundError, TspodError } from "../../errors.ts";
import { counted, type TransferCounter } from "../../options/format-transfer.ts";
import { hasCode } from "../../os/system-error.ts";
import { decompressed, sniffCompression } from "../compression/decompress.ts";
import { lastingChunks } from "../compression/lasting-chunks.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory } from "../tmp-directory.ts";

/** An archive that can be sought in. */
export interface ArchiveHandle extends Disposable {
  readonly fd: number;
}

/**
 * Open an archive; one that is compressed, or comes as a stream, is put into the store's tmp first.
 * @param source absolute path, or a stream
 */
export async function openArchive(
  store: Store,
  source: string | Readable,
  {
    signal,
    counter,
  }: { readonly signal?: AbortSignal | undefined; readonly counter?: TransferCounter | undefined } = {},
): Promise<ArchiveHandle> {
  const spooled = (stream: Readable): Promise<ArchiveHandle> => spool(store, stream, { signal, counter });
  if (typeof source !== "string") return spooled(source);
  const fd = openFile(source);
  if (!fstatSync(fd).isFile()) return spooled(await streamOf(fd));
  const start = Buffer.alloc(6);
  try {
    readSync(fd, start, 0, start.length, 0);
  } catch (error) {
    closeSync(fd);
    throw new TspodError(`reading "${source}"`, { cause: error });
  }
  if (sniffCompression(start) === "none") return { fd, [Symbol.dispose]: () => closeSync(fd) };
  return spooled(createReadStream("", { fd, start: 0 }));
}

/**
 * Opens the file without waiting: open(2) would wait for a writer of a fifo, and no signal would end that.
 */
function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    // Podman's words
    if (hasCode(error, "ENOENT")) throw new NotFoundError(`faccessat ${path}: no such file or directory`);
    throw new TspodError(`opening "${path}"`, { cause: error });
  }
}

/** A pipe (`load -i <(…)`) can't be sought in, and is waited for as sockets are. */
async function streamOf(fd: number): Promise<Readable> {
  if (!fstatSync(fd).isFIFO()) return createReadStream("", { fd });
  const { Socket } = await import("node:net");
  return new Socket({ fd, readable: true, writable: false });
}

async function spool(
  store: Store,
  source: Readable,
  { signal, counter }: { signal: AbortSignal | undefined; counter: TransferCounter | undefined },
): Promise<ArchiveHandle> {
  using undo = new DisposableStack();
  const directory = undo.use(makeTmpDirectory(store, "load"));
  const path = join(directory.path, "archive.tar");
  counter?.begin("Reading the archive");
  // pipeline()'s own waits for what the source brings next
  if (signal !== undefined) addAbortSignal(signal, source);
  await pipeline(
    Readable.from(counted(lastingChunks(decompressed(source)), counter), { objectMode: false }),
    createWriteStream(path, { mode: 0o600 }),
  );
  const fd = openSync(path, "r");
  undo.defer(() => closeSync(fd));
  const kept = undo.move();
  return { fd, [Symbol.dispose]: () => kept.dispose() };
}
