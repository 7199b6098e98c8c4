/**
 * All of a tar but its files' contents: with these, the tar comes out bit for bit. A line of JSON for each
 * piece, as github.com/vbatts/tar-split writes them.
 */
export interface TarSplit {
  /** Bytes of the tar as they are: headers, with the padding before them. */
  segment(bytes: Uint8Array): void;
  /** A file, after its headers. */
  file(name: string, content: { readonly size: number; readonly checksum: Buffer } | undefined): void;
  /** The lines since the last call. */
  taken(): string;
}

const FILE = 1;
const SEGMENT = 2;

export function tarSplit(): TarSplit {
  let lines = "";
  let position = 0;
  const add = (piece: object): void => {
    lines += `${JSON.stringify({ ...piece, position })}\n`;
    position++;
  };
  return {
    segment: (bytes) => add({ type: SEGMENT, payload: Buffer.from(bytes).toString("base64") }),
    file: (name, content) =>
      add({
        type: FILE,
        name,
        ...(content && { size: content.size }),
        payload: content?.checksum.toString("base64") ?? null,
      }),
    taken() {
      const text = lines;
      lines = "";
      return text;
    },
  };
}
