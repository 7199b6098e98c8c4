/** The bytes of a stream, taken in pieces of the length that is asked for. */
export interface ByteSource {
  /** Fewer than `length` bytes only where the stream ends before. Valid until the next call. */
  take(length: number): Promise<Buffer>;
  /** What is left of the piece that has come last, or the next one; empty at the stream's end. */
  takeAny(): Promise<Buffer>;
}

/** @param stream whose pieces stay what they are */
export function byteSource(stream: AsyncIterable<Uint8Array>): ByteSource {
  const pieces = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer> {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done === true) return Buffer.alloc(0);
      if (value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  }

  return {
    async take(length) {
      const parts: Buffer[] = [];
      for (let missing = length; missing > 0; ) {
        if (rest.length === 0) rest = await more();
        if (rest.length === 0) break;
        const part = rest.subarray(0, missing);
        rest = rest.subarray(part.length);
        parts.push(part);
        missing -= part.length;
      }
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    },
    async takeAny() {
      const piece = rest.length > 0 ? rest : await more();
      rest = Buffer.alloc(0);
      return piece;
    },
  };
}
