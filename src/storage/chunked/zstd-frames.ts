import { promisify } from "node:util";
import { constants, type ZstdOptions, zstdCompress, zstdCompressSync } from "node:zlib";
import { type Digest, sha256 } from "../../oci/digest.ts";

const compressed = promisify(zstdCompress);

/** A frame whose content readers pass over (RFC 8878, section 3.1.2). */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** To hand fewer bytes to another thread takes longer than to compress them. */
const SMALL = 64 * 1024;

/** @param level 1 to 22; undefined: zstd's own */
export async function zstdFrame(bytes: Uint8Array, level: number | undefined): Promise<Buffer> {
  const options: ZstdOptions =
    level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } };
  return bytes.length <= SMALL ? zstdCompressSync(bytes, options) : compressed(bytes, options);
}

/** The head of a frame of so many bytes that readers pass over. */
export function skippableHead(length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  head.writeUInt32LE(length, 4);
  return head;
}

/** Text that grows while its beginning is compressed already. */
export interface CompressedText {
  add(text: string): Promise<void>;
  /** All of it: frames one after the other, which readers take as one. */
  end(): Promise<{ readonly bytes: Buffer; readonly digest: Digest; readonly uncompressed: number }>;
}

/** So much is kept before it is compressed. */
const PIECE = 1024 * 1024;

export function compressedText(level: number | undefined): CompressedText {
  const frames: Buffer[] = [];
  let pending = "";
  let uncompressed = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(pending);
    pending = "";
    uncompressed += bytes.length;
    frames.push(await zstdFrame(bytes, level));
  };
  return {
    async add(text) {
      pending += text;
      if (pending.length >= PIECE) await flush();
    },
    async end() {
      if (pending !== "") await flush();
      const bytes = Buffer.concat(frames);
      return { bytes, digest: sha256(bytes), uncompressed };
    },
  };
}
