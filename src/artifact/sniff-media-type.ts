/** Bytes with a mask; in `mask` 0 stands for a byte that may be anything. */
interface Pattern {
  readonly bytes: Buffer;
  readonly mask?: Buffer;
  readonly type: string;
}

const TEXT = "text/plain; charset=utf-8";
const BINARY = "application/octet-stream";

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const starts = (text: string, type: string): Pattern => ({ bytes: latin(text), type });
/** A container format of Microsoft's or Electronic Arts': four bytes, a length of four, and what is in it. */
const form = (outer: string, inner: string, type: string): Pattern => ({
  bytes: latin(`${outer}\0\0\0\0${inner}`),
  mask: Buffer.concat([Buffer.alloc(4, 1), Buffer.alloc(4), Buffer.alloc(inner.length, 1)]),
  type,
});

/** Tags that only HTML begins with; a space or `>` stands behind them, but behind the comment. */
const TAGS =
  /^[\t\n\f\r ]*(?:<(?:!DOCTYPE HTML|HTML|HEAD|SCRIPT|IFRAME|H1|DIV|FONT|TABLE|A|STYLE|TITLE|B|BODY|BR|P)[ >]|<!--)/i;

/** In the order in which they are tried. */
const PATTERNS: readonly Pattern[] = [
  starts("%PDF-", "application/pdf"),
  starts("%!PS-Adobe-", "application/postscript"),
  starts("\xfe\xff", "text/plain; charset=utf-16be"),
  starts("\xff\xfe", "text/plain; charset=utf-16le"),
  starts("\xef\xbb\xbf", TEXT),
  starts("\0\0\x01\0", "image/x-icon"),
  starts("\0\0\x02\0", "image/x-icon"),
  starts("BM", "image/bmp"),
  starts("GIF87a", "image/gif"),
  starts("GIF89a", "image/gif"),
  form("RIFF", "WEBPVP", "image/webp"),
  starts("\x89PNG\r\n\x1a\n", "image/png"),
  starts("\xff\xd8\xff", "image/jpeg"),
  form("FORM", "AIFF", "audio/aiff"),
  starts("ID3", "audio/mpeg"),
  starts("OggS\0", "application/ogg"),
  starts("MThd\0\0\0\x06", "audio/midi"),
  form("RIFF", "AVI ", "video/avi"),
  form("RIFF", "WAVE", "audio/wave"),
  starts("\x1a\x45\xdf\xa3", "video/webm"),
  starts("\0\x01\0\0", "font/ttf"),
  starts("OTTO", "font/otf"),
  starts("ttcf", "font/collection"),
  starts("wOFF", "font/woff"),
  starts("wOF2", "font/woff2"),
  starts("\x1f\x8b\x08", "application/x-gzip"),
  starts("PK\x03\x04", "application/zip"),
  starts("Rar!\x1a\x07\0", "application/x-rar-compressed"),
  starts("Rar!\x1a\x07\x01\0", "application/x-rar-compressed"),
  starts("\0asm", "application/wasm"),
];

/**
 * The media type of a file by its first 512 bytes, as Go's http.DetectContentType() tells it and so Podman.
 * @see https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 */
export function sniffMediaType(start: Uint8Array): string {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 512));
  const text = bytes.toString("latin1");
  if (TAGS.test(text)) return "text/html; charset=utf-8";
  if (/^[\t\n\f\r ]*<\?xml/.test(text)) return "text/xml; charset=utf-8";
  const found = PATTERNS.find((pattern) => fits(bytes, pattern));
  if (found !== undefined) return found.type;
  if (isMp4(bytes)) return "video/mp4";
  return hasBinaryByte(bytes) ? BINARY : TEXT;
}

function fits(bytes: Buffer, { bytes: wanted, mask }: Pattern): boolean {
  if (bytes.length < wanted.length) return false;
  return wanted.every((byte, at) => mask?.[at] === 0 || bytes[at] === byte);
}

/**
 * A box `ftyp` with a brand that begins with mp4. @see https://mimesniff.spec.whatwg.org/#signature-for-mp4
 */
function isMp4(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  const size = bytes.readUInt32BE(0);
  if (bytes.length < size || size % 4 !== 0 || bytes.toString("latin1", 4, 8) !== "ftyp") return false;
  for (let at = 8; at < size; at += 4)
    if (at !== 12 && bytes.toString("latin1", at, at + 3) === "mp4") return true; // 12 is the brand's version
  return false;
}

/** Control characters that no text has. */
function hasBinaryByte(bytes: Buffer): boolean {
  return bytes.some(
    (byte) =>
      byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f),
  );
}
