import { read } from "node:fs";

/**
 * Reads what comes next from a pipe, while this process goes on with its other work: a thread waits.
 * @returns the number of bytes in `chunk`; 0 at the end
 * @throws {SystemError}
 */
export function readMeanwhile(fd: number, chunk: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, chunk, (error, size) => (error === null ? resolve(size) : reject(error)));
  });
}
