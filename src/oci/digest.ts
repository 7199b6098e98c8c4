import { TspodError } from "../errors.ts";

declare const checked: unique symbol;

/** `sha256:` and 64 lower-case hex digits, already checked: only parseDigest() and sha256() make one. */
export type Digest = string & { readonly [checked]: "Digest" };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * @throws {TspodError} If `text` is not a sha256 digest.
 * @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
 */
export function parseDigest(text: string): Digest {
  if (!DIGEST.test(text))
    throw new TspodError(`invalid digest "${text}": expected sha256: and 64 hex digits`);
  return text as Digest;
}

/** Whether `text` is a digest as parseDigest() takes it. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** The digest of a whole value in memory. */
export function sha256(content: string | Uint8Array): Digest {
  // Loaded here, since it takes 6 ms, and `run` of an image that is in the store hashes nothing.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return `sha256:${createHash("sha256").update(content).digest("hex")}` as Digest;
}

/** The 64 hex digits, without the algorithm: how blobs are filed and how images are shown. */
export function digestHex(digest: Digest): string {
  return digest.slice("sha256:".length);
}
