/** Read bytes to their end, for what happens to them on the way. @throws What reading them throws. */
export async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes) {
    // nothing more
  }
}
