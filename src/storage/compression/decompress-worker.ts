import { createHash } from "node:crypto";
import { isMainThread, type MessagePort, parentPort, workerData } from "node:worker_threads";
import { messageChain, TspodError } from "../../errors.ts";
import { decompressed } from "./decompress.ts";
import {
  type FromWorker,
  type Piece,
  PLAIN_BUFFERS,
  type ToWorker,
  WORKER_ROLE,
} from "./decompress-messages.ts";
import { fillBuffers } from "./fill-buffers.ts";
import { createQueue, type Queue, queueOfBuffers } from "./queue.ts";

/**
 * Absolute path of this file, which is a worker thread's program. Only to be had by import(): so it is a file
 * of its own in the bundle, too.
 */
export const workerFile: string = import.meta.filename;

/** The worker's side of one stream. */
interface Stream {
  readonly port: MessagePort;
  readonly compressed: Queue<Piece | undefined>;
  readonly free: Queue<ArrayBuffer>;
}

/** Each message of the main thread is the port of one more stream. */
function work(parent: MessagePort): void {
  parent.on("message", (port: MessagePort) => {
    serve(openStream(port)).catch((error: unknown) => {
      // A defect of ours ends the thread, and the main thread gets its "error".
      if (!(error instanceof TspodError)) throw error;
      post(port, { kind: "refused", message: messageChain(error) });
    });
  });
}

function openStream(port: MessagePort): Stream {
  const stream: Stream = { port, compressed: createQueue(), free: queueOfBuffers(PLAIN_BUFFERS) };
  port.on("message", (message: ToWorker) => {
    if (message.kind === "plain-free") stream.free.put(message.buffer);
    else stream.compressed.put(message.kind === "compressed" ? message : undefined);
  });
  port.on("close", () => {
    const gone = new TspodError("nobody reads this stream any more");
    stream.compressed.fail(gone);
    stream.free.fail(gone);
  });
  return stream;
}

async function serve(stream: Stream): Promise<void> {
  const hash = createHash("sha256");
  const filler = fillBuffers(stream.free, (piece) =>
    post(stream.port, { kind: "plain", ...piece }, piece.buffer),
  );
  for await (const chunk of decompressed(receive(stream))) {
    hash.update(chunk);
    await filler.add(chunk);
  }
  filler.end();
  post(stream.port, { kind: "plain-end", digest: `sha256:${hash.digest("hex")}` });
}

/** Each piece is good until the next one is asked for. */
async function* receive({ port, compressed }: Stream): AsyncGenerator<Uint8Array> {
  for (let piece = await compressed.take(); piece !== undefined; piece = await compressed.take()) {
    yield new Uint8Array(piece.buffer, 0, piece.length);
    post(port, { kind: "compressed-free", buffer: piece.buffer }, piece.buffer);
  }
}

function post(port: MessagePort, message: FromWorker, ...transferred: ArrayBuffer[]): void {
  port.postMessage(message, transferred);
}

if (!isMainThread && parentPort !== null && workerData === WORKER_ROLE) work(parentPort);
