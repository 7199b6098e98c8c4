/** The polynomial of ISO 3309, bits reversed: its lower half is 0. */
const POLYNOMIAL_HIGH = 0xd8000000;

/** The effect of each byte, as upper and lower half, since numbers here hold 53 bits. */
const [HIGH, LOW] = table();

function table(): readonly [Uint32Array, Uint32Array] {
  const [high, low] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let [upper, lower] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (lower & 1) === 1;
      lower = ((lower >>> 1) | (upper << 31)) >>> 0;
      upper = upper >>> 1;
      if (isOdd) upper = (upper ^ POLYNOMIAL_HIGH) >>> 0;
    }
    high[byte] = upper;
    low[byte] = lower;
  }
  return [high, low];
}

/** CRC-64 of ISO 3309, as Go's hash/crc64 computes it: what tar-split knows a file's content by. */
export interface Crc64 {
  update(bytes: Uint8Array): void;
  /** 8 bytes, the highest first. */
  digest(): Buffer;
}

export function crc64(): Crc64 {
  let [upper, lower] = [0xffffffff, 0xffffffff];
  return {
    update(bytes) {
      for (const byte of bytes) {
        const at = (lower ^ byte) & 0xff;
        lower = (((lower >>> 8) | (upper << 24)) ^ (LOW[at] ?? 0)) >>> 0;
        upper = ((upper >>> 8) ^ (HIGH[at] ?? 0)) >>> 0;
      }
    },
    digest() {
      const sum = Buffer.alloc(8);
      sum.writeUInt32BE(~upper >>> 0, 0);
      sum.writeUInt32BE(~lower >>> 0, 4);
      return sum;
    },
  };
}
