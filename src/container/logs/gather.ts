const ROOM_BYTES = 1 << 16;

type Write = (bytes: Uint8Array) => void;

/** Takes bytes for two streams, and hands them on in few large pieces, in their order. */
export interface Gatherer {
  readonly stdout: (bytes: Buffer) => void;
  readonly stderr: (bytes: Buffer) => void;
  /** Hand on what is left. */
  readonly flush: () => void;
}

/** For a million lines two writes each would take longer than everything else. */
export function gather({
  stdout,
  stderr,
  flush,
}: {
  stdout: Write;
  stderr: Write;
  flush: () => void;
}): Gatherer {
  let room = Buffer.allocUnsafe(ROOM_BYTES);
  let used = 0;
  let current = stdout;
  const handOn = (): void => {
    if (used === 0) return;
    current(room.subarray(0, used));
    // The taker may keep it.
    room = Buffer.allocUnsafe(ROOM_BYTES);
    used = 0;
  };
  const add = (to: Write, bytes: Buffer): void => {
    if (to !== current || bytes.length > ROOM_BYTES - used) handOn();
    current = to;
    if (bytes.length > ROOM_BYTES) to(bytes);
    else used += bytes.copy(room, used);
  };
  return {
    stdout: (bytes) => add(stdout, bytes),
    stderr: (bytes) => add(stderr, bytes),
    flush() {
      handOn();
      flush();
    },
  };
}
