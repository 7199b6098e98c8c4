import type { Piece } from "./decompress-messages.ts";
import type { Queue } from "./queue.ts";

/** Gathers bytes in buffers, and hands on each one that is full. */
export interface Filler {
  /** Waits where no buffer is free. */
  add(bytes: Uint8Array): Promise<void>;
  /** Hand on what is left. */
  end(): void;
}

/** @param send given a buffer's ownership */
export function fillBuffers(free: Queue<ArrayBuffer>, send: (piece: Piece) => void): Filler {
  let buffer: Uint8Array<ArrayBuffer> | undefined;
  let length = 0;

  function end(): void {
    if (buffer !== undefined) send({ buffer: buffer.buffer, length });
    buffer = undefined;
    length = 0;
  }

  return {
    async add(bytes) {
      for (let at = 0; at < bytes.length; ) {
        buffer ??= new Uint8Array(await free.take());
        const piece = bytes.subarray(at, at + buffer.length - length);
        buffer.set(piece, length);
        at += piece.length;
        length += piece.length;
        if (length === buffer.length) end();
      }
    },
    end,
  };
}
