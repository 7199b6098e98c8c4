import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../../storage/store.ts";

/** A file of SHA-256 digests in hex, each with a key before it. No key has a line feed. */
export interface DigestFile {
  /** Empty where there is no file. */
  read(): Map<string, string>;
  /** @returns whether it was written: not where it would grow beyond what is worth reading */
  write(entries: Iterable<readonly [key: string, digest: string]>): boolean;
}

/** A file of this much text holds some 100 000 digests. */
const TEXT_MAX = 16 * 1024 * 1024;

/** @param name of what the digests are of, any text */
export function digestFile(store: Store, name: string): DigestFile {
  const directory = join(store.root, "build", "digests");
  const path = join(directory, createHash("sha256").update(name).digest("hex"));
  return {
    read() {
      try {
        return parse(readFileSync(path, "utf8"));
      } catch (error) {
        if (hasCode(error, "ENOENT")) return new Map();
        throw error;
      }
    },
    write(entries) {
      let text = "";
      for (const [key, digest] of entries) text += `${key} ${digest}\n`;
      if (text.length > TEXT_MAX) return false;
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileAtomic(path, text);
      return true;
    },
  };
}

/** Hex digits of a digest. */
const DIGEST_LENGTH = 64;

/** A loop over 20 000 lines takes 20 ms where splitting each takes 150. */
function parse(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0, end = text.indexOf("\n"); end !== -1; at = end + 1, end = text.indexOf("\n", at)) {
    const middle = end - DIGEST_LENGTH;
    if (middle > at && text[middle - 1] === " ")
      found.set(text.slice(at, middle - 1), text.slice(middle, end));
  }
  return found;
}
