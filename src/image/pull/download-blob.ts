import type { Descriptor } from "../../oci/descriptor.ts";
import type { RegistryClient } from "../../registry/client.ts";
import { fetchBlob } from "../../registry/fetch-blob.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { awaitNextTry } from "../../registry/retry.ts";
import type { PartialBlob } from "../../storage/blobs/blobs.ts";
import type { BlobProgress, PullProgress } from "./pull-progress.ts";

export interface Download {
  readonly client: RegistryClient;
  readonly descriptor: Descriptor;
  readonly progress: PullProgress;
  readonly bar: BlobProgress;
  readonly signal: AbortSignal;
}

/** So much on the way counts as progress: failures are counted anew. */
const PROGRESS_BYTES = 1024 * 1024;

/**
 * The bytes of a blob: what `partial` has of it, then the rest from the registry, written to `partial` as it
 * flows. Goes on where it was cut. The verdict comes with the end: it returns only when the blob is verified.
 * @throws {TspodError} If it can't be had, or is not what its descriptor says.
 */
export async function* downloadBlob(
  partial: PartialBlob,
  download: Download,
): AsyncGenerator<Uint8Array, void> {
  const { client, descriptor, progress, bar, signal } = download;
  for await (const chunk of partial.received()) {
    bar.resume(chunk.length);
    yield chunk;
  }
  let failures = 0;
  let failedAt = partial.offset;
  while (partial.offset < descriptor.size) {
    try {
      for await (const chunk of fetchBlob(client, descriptor, { offset: partial.offset, signal })) {
        await partial.write(chunk);
        bar.advance(chunk.length);
        yield chunk;
      }
      if (partial.offset < descriptor.size) throw new RegistryError("unexpected EOF", { transient: true });
    } catch (error) {
      signal.throwIfAborted();
      if (partial.offset - failedAt >= PROGRESS_BYTES) failures = 0;
      failedAt = partial.offset;
      const { doing: _, ...rules } = client.retry;
      const options = { signal, note: progress.note, rules };
      if (!(await awaitNextTry(error, ++failures, options))) throw error;
    }
  }
  await partial.verify();
  bar.done();
}
