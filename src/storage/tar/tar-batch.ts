/** Bytes: what is handed on at once. */
const SIZE = 64 * 1024;

/**
 * Collects the pieces of a tar. Most are of 512 bytes, and each one that is handed on by itself costs a turn
 * of every generator and stream on its way.
 */
export interface TarBatch {
  /** @returns batches that are full, in their order: to be handed on before more is added */
  add(piece: Uint8Array): Generator<Buffer>;
  /**
   * Adds exactly so many bytes.
   * @param read fills a part of a buffer with what stands at a position, as readSync() does, and returns how
   *   much that was; after 0 the rest is zeros
   */
  fill(
    size: number,
    read: (buffer: Buffer, at: { offset: number; length: number; position: number }) => number,
  ): Generator<Buffer>;
  /** What is left. */
  rest(): Generator<Buffer>;
}

export function tarBatch(): TarBatch {
  let buffer = Buffer.alloc(0);
  let used = 0;
  /** The batch that is full; whoever has it keeps it. */
  function* handOn(): Generator<Buffer> {
    const full = buffer.subarray(0, used);
    buffer = Buffer.allocUnsafeSlow(SIZE);
    used = 0;
    if (full.length > 0) yield full;
  }
  function* fill(size: number, read: Parameters<TarBatch["fill"]>[1]): Generator<Buffer> {
    for (let position = 0; position < size; ) {
      if (used === buffer.length) yield* handOn();
      const length = Math.min(buffer.length - used, size - position);
      const count = read(buffer, { offset: used, length, position });
      if (count === 0) buffer.fill(0, used, used + length);
      used += count || length;
      position += count || length;
    }
  }
  return {
    add: (piece) =>
      fill(piece.length, (into, { offset, length, position }) => {
        into.set(piece.subarray(position, position + length), offset);
        return length;
      }),
    fill,
    rest: handOn,
  };
}
