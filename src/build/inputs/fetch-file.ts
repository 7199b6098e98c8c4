import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { download } from "../../image/import.ts";
import type { Env } from "../../os/env.ts";

export interface FetchOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
}

export interface FetchedFile {
  /** What the server says of the last change, in seconds since the epoch. */
  readonly modified?: number | undefined;
}

/**
 * Write what is behind an http or https URL into a file of mode 0600.
 * @param path absolute
 * @throws {TspodError} If there is no answer, or none that is a success.
 */
export async function fetchFile(url: string, path: string, options: FetchOptions): Promise<FetchedFile> {
  let modified: number | undefined;
  const bytes = download(url, {
    ...options,
    onHeaders(headers) {
      const time = Date.parse(String(headers["last-modified"]));
      if (!Number.isNaN(time)) modified = Math.floor(time / 1000);
    },
  });
  await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path, { mode: 0o600 }), {
    signal: options.signal,
  });
  return { modified };
}
