/**
 * Names in a tar are bytes, not text. Here they are strings with one character a byte (latin1), so that
 * splitting and comparing them loses nothing; a file system call gets them back as bytes.
 */
export type ByteString = string;

/** The bytes of `buffer` up to the first NUL. */
export function untilNul(buffer: Buffer, start: number, length: number): ByteString {
  const limit = Math.min(start + length, buffer.length);
  let end = start;
  while (end < limit && buffer[end] !== 0) end++;
  return end === start ? "" : buffer.toString("latin1", start, end);
}

/** The path of these bytes as node:fs takes it. Plain ASCII becomes a string, which is quicker. */
export function toPath(bytes: ByteString): string | Buffer {
  for (let i = 0; i < bytes.length; i++) if (bytes.charCodeAt(i) > 0x7f) return Buffer.from(bytes, "latin1");
  return bytes;
}

/** For messages. */
export function readable(bytes: ByteString): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
