import { closeSync, openSync, readSync } from "node:fs";

/** `bytes` random bytes in hex. From /dev/urandom, since loading node:crypto alone takes milliseconds. */
export function randomHex(bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  const fd = openSync("/dev/urandom", "r");
  try {
    readSync(fd, buffer, 0, bytes, null); // up to 256 bytes come whole (random(4))
  } finally {
    closeSync(fd);
  }
  return buffer.toString("hex");
}
