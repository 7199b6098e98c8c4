import { extname } from "node:path";
import { sniffMediaType } from "./sniff-media-type.ts";

/** Those that Go's package mime knows on every machine; what more a machine's own table says isn't asked. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".css": "text/css",
  ".gif": "image/gif",
  ".htm": "text/html",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".xml": "text/xml",
};

/**
 * The media type of a file in a list's artifact, without parameters: by its name, otherwise by its first
 * bytes.
 */
export function fileMediaType(name: string, start: Uint8Array): string {
  const [type = ""] = (BY_EXTENSION[extname(name).toLowerCase()] ?? sniffMediaType(start)).split(";");
  return type;
}
