import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
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

/** A file of digests as the store has it. */
export interface KeptDigests {
  /** Name of the file: hex digits, the digest of digestFile()'s name. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly used: number;
}

/** All files of digests in the store; others in their directory are being written. */
export function listDigestFiles(store: Store): KeptDigests[] {
  return namesIn(directoryOf(store)).flatMap((id) => {
    const status = statSync(join(directoryOf(store), id), { throwIfNoEntry: false });
    return status?.isFile() ? [{ id, size: status.size, used: status.mtimeMs }] : [];
  });
}

/** A build that has read it writes it anew; all others read the files themselves. */
export function removeDigestFile(store: Store, id: string): void {
  rmSync(join(directoryOf(store), id), { force: true });
}

function directoryOf({ root }: Store): string {
  return join(root, "build", "digests");
}

/** What was used longest ago is removed first; where that can't be noted, it is removed sooner. */
function noteUse(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // It was removed meanwhile, or the disk fails: its text has been read.
  }
}

const NAME = /^[0-9a-f]{64}$/;

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => NAME.test(name));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** @param name of what the digests are of, any text */
export function digestFile(store: Store, name: string): DigestFile {
  const directory = directoryOf(store);
  const path = join(directory, createHash("sha256").update(name).digest("hex"));
  return {
    read() {
      try {
        const text = readFileSync(path, "utf8");
        noteUse(path);
        return parse(text);
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
