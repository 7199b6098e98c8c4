import { createHash, hash } from "node:crypto";
import { closeSync, constants, openSync, readSync } from "node:fs";
import type { FileStatus } from "../../os/at.ts";
import type { Store } from "../../storage/store.ts";
import type { HeldFile } from "../../storage/tree/held-file.ts";
import { digestFile } from "./digest-file.ts";

/**
 * SHA-256 of files' contents, remembered by what the file system says of them, as git's index does: a build
 * whose context has not changed reads no file of it.
 */
export interface FileDigests {
  /** Hex digits. */
  of(held: Pick<HeldFile, "fd" | "status">, isPlain: boolean): string;
  /** What is known without reading the file, and can't have changed since; undefined: nothing is. */
  known(status: FileStatus): string | undefined;
  /**
   * Whether a regular file's content is known, and that it has no xattrs, so that it need not be opened: to
   * set one changes the status, too. Absent where nothing is known of any file.
   */
  readonly knownPlain?: ((status: FileStatus) => boolean) | undefined;
  /**
   * Notes the digest of a file whose content another part has read.
   * @param isPlain whether it has no xattrs
   */
  note(status: FileStatus, content: Uint8Array, isPlain: boolean): void;
  /** The same, where that part has taken the digest. @param digest hex digits */
  noteDigest(status: FileStatus, digest: string, isPlain: boolean): void;
  /** Keep what was learnt for later builds. */
  save(): void;
}

/**
 * A file that changed this recently may change again within the same tick of the clock: it is not remembered.
 */
const RACY_MS = 2000;
const CHUNK = 256 * 1024;

/** @param name of the tree whose files these are: one file of digests for each */
export function fileDigests(store: Store, name: string): FileDigests {
  const file = digestFile(store, name);
  let before: Map<string, string> | undefined;
  /** Read when it is first needed: a build without files does without. */
  const known = (): Map<string, string> => {
    before ??= file.read();
    return before;
  };
  const fresh = new Map<string, string>();
  /** Of this build only: a file that changed just now is read once all the same. */
  const seen = new Map<string, string>();
  const learn = (status: FileStatus, digest: string, isPlain: boolean): void => {
    const key = keyOf(status);
    seen.set(key, digest);
    if (Date.now() - status.changed.seconds * 1000 <= RACY_MS) return;
    fresh.set(isPlain ? key + PLAIN : key, digest);
  };
  const find = (digests: ReadonlyMap<string, string>, key: string): string | undefined =>
    digests.get(key + PLAIN) ?? digests.get(key);
  return {
    of(held, isPlain) {
      const { status } = held;
      const key = keyOf(status);
      const found = find(known(), key) ?? seen.get(key);
      if (found !== undefined) return found;
      const digest = hashFile(held.fd);
      learn(status, digest, isPlain);
      return digest;
    },
    known(status) {
      const key = keyOf(status);
      return find(known(), key) ?? find(fresh, key);
    },
    get knownPlain() {
      const plain = known();
      return plain.size === 0 ? undefined : (status: FileStatus) => plain.has(keyOf(status) + PLAIN);
    },
    note(status, content, isPlain) {
      const key = keyOf(status);
      if (find(known(), key) === undefined && !seen.has(key)) learn(status, hash("sha256", content), isPlain);
    },
    noteDigest: learn,
    save() {
      if (fresh.size === 0) return;
      // One that has grown too long is begun anew.
      if (!file.write([...known(), ...fresh])) file.write(fresh);
    },
  };
}

/** At the end of the key of a file that has no xattrs. */
const PLAIN = ":plain";

/** The change time can't be set back, so a file of the same key has the same content. */
function keyOf({ device, inode, size, modified, changed }: FileStatus): string {
  const times = `${modified.seconds}.${modified.nanoseconds}:${changed.seconds}.${changed.nanoseconds}`;
  return `${device}:${inode}:${size}:${times}`;
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
