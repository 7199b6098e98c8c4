/** The same chunks as copies, for a consumer that keeps one when the next is asked for, as streams do. */
export async function* lastingChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.from(chunk);
}
