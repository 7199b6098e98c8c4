import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import { isFileName } from "../../oci/file-name.ts";
import type { Env } from "../../os/env.ts";
import type { FetchedQuadlet } from "../../systemd/quadlet/install.ts";

/** Bytes, as for quadlets in files. */
const SIZE_MAX = 16 * 1024 * 1024;
/** All of it: a quadlet has some kilobytes, and a server that drips would keep the call for years. */
const LONGEST_MS = 300_000;

interface FetchOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Milliseconds that it may take as a whole. Default: five minutes. */
  readonly longestMs?: number;
}

/**
 * The quadlet behind a URL. Its name is the one that the server gives it (Content-Disposition), as for
 * Podman, otherwise the last part of the URL's path.
 * @throws {TspodError} If it can't be had in that time, or is larger than 16 MiB.
 */
export async function fetchQuadlet(url: string, options: FetchOptions): Promise<FetchedQuadlet> {
  const { env, signal, longestMs = LONGEST_MS } = options;
  const late = AbortSignal.timeout(longestMs);
  try {
    return await fetchAll(url, { env, signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    const { withoutPassword } = await import("../../image/import.ts");
    throw new TspodError(
      `"${withoutPassword(url)}": the server has not sent all of it in ${longestMs / 1000} s`,
    );
  }
}

async function fetchAll(
  url: string,
  options: { readonly env: Env; readonly signal: AbortSignal },
): Promise<FetchedQuadlet> {
  const { download, withoutPassword } = await import("../../image/import.ts");
  let name = nameIn(url);
  const parts: Uint8Array[] = [];
  let size = 0;
  const bytes = download(url, {
    ...options,
    onHeaders(headers) {
      const given = /filename=\s*(?:"([^"]*)"|'([^']*)'|([^;\s]+))/i.exec(
        String(headers["content-disposition"]),
      );
      name = given?.[1] ?? given?.[2] ?? given?.[3] ?? name;
    },
  });
  for await (const part of bytes) {
    parts.push(part);
    size += part.length;
    if (size > SIZE_MAX) throw new TspodError(`"${withoutPassword(url)}" has more than 16 MiB`);
  }
  // A name with a directory in it would leave the directory of quadlets.
  if (!isFileName(name))
    throw new TspodError(
      `quadlet to install "${withoutPassword(url)}": the server gives it ${JSON.stringify(name)} as its name`,
    );
  return { name, url, text: Buffer.concat(parts).toString("utf8") };
}

function nameIn(url: string): string {
  try {
    return posix.basename(decodeURIComponent(new URL(url).pathname));
  } catch (cause) {
    throw new TspodError(`quadlet to install ${JSON.stringify(url)} is not a URL`, { cause });
  }
}
