import { createHash, hash } from "node:crypto";
import { closeSync, constants, mkdirSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import type { FileStatus } from "../../os/at.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../../storage/store.ts";
import type { HeldFile } from "../../storage/tree/held-file.ts";

/**
 * SHA-256 of files' contents, remembered by what the file system says of them, as git's index does: a build
 * whose context has not changed reads no file of it.
 */
export interface FileDigests {
  /** Hex digits. */
  of(held: Pick<HeldFile, "fd" | "status">): string;
  /** Notes the digest of a file whose content another part has read. */
  note(status: FileStatus, content: Uint8Array): void;
  /** The same, where that part has taken the digest. @param digest hex digits */
  noteDigest(status: FileStatus, digest: string): void;
  /** Keep what was learnt for later builds. */
  save(): void;
}

/**
 * A file that changed this recently may change again within the same tick of the clock: it is not remembered.
 */
const RACY_MS = 2000;
/** A file of this much text holds some 100 000 digests; beyond that it is begun anew. */
const TEXT_MAX = 16 * 1024 * 1024;
const CHUNK = 256 * 1024;

/** @param name of the tree whose files these are: one file of digests for each */
export function fileDigests(store: Store, name: string): FileDigests {
  const path = join(store.root, "build", "digests", createHash("sha256").update(name).digest("hex"));
  let before: Map<string, string> | undefined;
  /** Read when it is first needed: a build without files does without. */
  const known = (): Map<string, string> => {
    before ??= read(path);
    return before;
  };
  const fresh = new Map<string, string>();
  /** Of this build only: a file that changed just now is read once all the same. */
  const seen = new Map<string, string>();
  const learn = (status: FileStatus, digest: string): void => {
    const key = keyOf(status);
    seen.set(key, digest);
    if (Date.now() - status.changed.seconds * 1000 > RACY_MS) fresh.set(key, digest);
  };
  return {
    of({ fd, status }) {
      const key = keyOf(status);
      const found = known().get(key) ?? seen.get(key);
      if (found !== undefined) return found;
      const digest = hashFile(fd);
      learn(status, digest);
      return digest;
    },
    note(status, content) {
      const key = keyOf(status);
      if (!known().has(key) && !seen.has(key)) learn(status, hash("sha256", content));
    },
    noteDigest: learn,
    save() {
      if (fresh.size === 0) return;
      const lines = [...known(), ...fresh].map((line) => line.join(" "));
      const text = `${lines.join("\n")}\n`;
      mkdirSync(join(store.root, "build", "digests"), { recursive: true, mode: 0o700 });
      writeFileAtomic(
        path,
        text.length > TEXT_MAX ? `${[...fresh].map((line) => line.join(" ")).join("\n")}\n` : text,
      );
    },
  };
}

/** The change time can't be set back, so a file of the same key has the same content. */
function keyOf({ device, inode, size, modified, changed }: FileStatus): string {
  const times = [modified, changed].map((time) => `${time.seconds}.${time.nanoseconds}`);
  return [device, inode, size, ...times].join(":");
}

function read(path: string): Map<string, string> {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return new Map();
    throw error;
  }
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

/** @param held O_PATH, of a regular file: opening that very file can't wait, nor lead elsewhere */
function hashFile(held: number): string {
  const fd = openSync(`/proc/self/fd/${held}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const sum = createHash("sha256");
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
      sum.update(chunk.subarray(0, count));
    }
    return sum.digest("hex");
  } finally {
    closeSync(fd);
  }
}
