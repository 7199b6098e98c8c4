import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { TspodError } from "../../errors.ts";
import { COMPRESSED_BUFFERS, type FromWorker, type ToWorker, WORKER_ROLE } from "./decompress-messages.ts";
import { fillBuffers } from "./fill-buffers.ts";
import { createQueue, type Queue, queueOfBuffers } from "./queue.ts";

/** A stream that is decompressed elsewhere. */
export interface PlainStream {
  /** Each chunk is good until the next one is asked for: its memory is used again. */
  readonly chunks: AsyncIterable<Buffer>;
  /** The digest of all chunks, once they have been read to the end. */
  digest(): string;
}

/**
 * A thread that decompresses and hashes, while this one talks to the registry and makes files. Dispose of it
 * to end it.
 */
export interface DecompressThread extends AsyncDisposable {
  /** Let it start now, where a stream is sure to come: that takes a while, which others can use. */
  prepare(): void;
  /**
   * For any number of streams at once. @throws {TspodError} (while it is read) If the compressed data is
   * damaged.
   */
  open(source: AsyncIterable<Uint8Array>): PlainStream;
}

/** The thread is started by the first stream, unless it was prepared before. */
export function decompressThread(): DecompressThread {
  let started: Promise<Worker> | undefined;
  function start(): Promise<Worker> {
    started ??= startWorker();
    return started;
  }
  return {
    prepare() {
      start().catch(() => undefined); // the first stream hears of it
    },
    open(source) {
      let digest: string | undefined;
      async function* chunks(): AsyncGenerator<Buffer> {
        digest = yield* readPlain(await start(), source);
      }
      return {
        chunks: chunks(),
        digest() {
          if (digest === undefined) throw new Error("a digest was asked for before the end of its stream");
          return digest;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      const worker = await started;
      await worker?.terminate();
    },
  };
}

async function startWorker(): Promise<Worker> {
  const { workerFile } = await import("./decompress-worker.ts");
  const worker = new Worker(workerFile, { workerData: WORKER_ROLE });
  worker.on("error", () => undefined); // each stream listens for itself
  return worker;
}

/** This side of one stream. */
interface Stream {
  readonly port: MessagePort;
  readonly plain: Queue<Exclude<FromWorker, { kind: "compressed-free" }>>;
  readonly free: Queue<ArrayBuffer>;
}

/** @returns the digest */
async function* readPlain(worker: Worker, source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, string> {
  const ended = new AbortController();
  const stream = openStream(worker);
  const { port, plain, free } = stream;
  once(worker, "exit", { signal: ended.signal }).then(
    () => plain.fail(new Error("the thread that decompresses has ended")),
    (error: unknown) => plain.fail(error),
  );
  feed(stream, source).catch((error: unknown) => plain.fail(error));
  try {
    while (true) {
      const message = await plain.take();
      if (message.kind === "refused") throw new TspodError(message.message);
      if (message.kind === "plain-end") return message.digest;
      const { buffer, length } = message;
      yield Buffer.from(buffer, 0, length);
      post(port, { kind: "plain-free", buffer }, buffer);
      await setImmediate(); // the network, other layers and ctrl-C have their turn
    }
  } finally {
    ended.abort();
    port.close();
    free.fail(new TspodError("nobody reads this stream any more"));
  }
}

function openStream(worker: Worker): Stream {
  const { port1: port, port2 } = new MessageChannel();
  const stream: Stream = { port, plain: createQueue(), free: queueOfBuffers(COMPRESSED_BUFFERS) };
  port.on("message", (message: FromWorker) => {
    if (message.kind === "compressed-free") stream.free.put(message.buffer);
    else stream.plain.put(message);
  });
  worker.postMessage(port2, [port2]);
  return stream;
}

/**
 * All of the source goes to the worker, also what stands behind the compressed data: a caller that verifies
 * the source sees all of it so.
 */
async function feed({ port, free }: Stream, source: AsyncIterable<Uint8Array>): Promise<void> {
  const filler = fillBuffers(free, (piece) => post(port, { kind: "compressed", ...piece }, piece.buffer));
  for await (const chunk of source) await filler.add(chunk);
  filler.end();
  post(port, { kind: "compressed-end" });
}

function post(port: MessagePort, message: ToWorker, ...transferred: ArrayBuffer[]): void {
  port.postMessage(message, transferred);
}
