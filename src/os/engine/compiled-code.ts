import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { makeDirectories } from "../files/make-directories.ts";
import { native } from "../native.ts";

const CHECKSUM_BYTES = 4;
const UNUSED_MS = 30 * 24 * 3600 * 1000;

/**
 * Code that V8 has compiled of files, kept between calls. Losing it costs only time, so nothing here throws.
 */
export interface CompiledCode {
  /** @returns undefined where nothing sound is kept for that file */
  read(name: string): Buffer | undefined;
  write(name: string, code: Uint8Array): void;
}

/**
 * Compiled code in `DIRECTORY/BUILD/NAME`: V8's bytes, then their Adler-32, big-endian. V8 itself checks the
 * length and flags of its own, but crashes on a wrong byte behind those, and a power cut leaves such files.
 * @param directory absolute path; what other builds have left there is removed when they were not used for a
 *   month
 * @param build names the code that was compiled, and the program that did it
 */
export function compiledCodeIn(directory: string, build: string): CompiledCode {
  const own = `${directory}/${build}`;
  return {
    read(name) {
      try {
        return soundCode(readOwn(`${own}/${name}`));
      } catch {
        return undefined;
      }
    },
    write(name, code) {
      try {
        if (!existsSync(own)) {
          makeDirectories(own, 0o700);
          removeUnused(directory);
        }
        const beside = `${own}/.${name}.${process.pid}`;
        writeFileSync(beside, withChecksum(code), { mode: 0o600 });
        renameSync(beside, `${own}/${name}`);
      } catch {
        // The next call compiles again.
      }
    },
  };
}

/**
 * Reads a file that is ours. Its content is executed, so another user's file, as root finds it with that
 * user's $HOME, is not believed.
 */
function readOwn(path: string): Buffer {
  const fd = openSync(path, "r");
  try {
    const { uid, size } = fstatSync(fd);
    if (uid !== process.geteuid?.()) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafeSlow(size);
    return bytes.subarray(0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}

function soundCode(bytes: Buffer): Buffer | undefined {
  if (bytes.length <= CHECKSUM_BYTES) return undefined;
  const code = bytes.subarray(0, -CHECKSUM_BYTES);
  return bytes.readUInt32BE(code.length) === native.adler32(code) ? code : undefined;
}

function withChecksum(code: Uint8Array): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(native.adler32(code));
  return Buffer.concat([code, checksum]);
}

/** Compiled code of other builds, whose names end in a version of Node.js and an architecture. */
function removeUnused(directory: string): void {
  for (const name of readdirSync(directory).filter((each) => /-v\d+\.\d+\.\d+-\w+$/.test(each))) {
    const path = `${directory}/${name}`;
    if (Date.now() - statSync(path).mtimeMs > UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}
