import assert from "node:assert/strict";
import { test } from "node:test";
import { sniffMediaType } from "./sniff-media-type.ts";

for (const [name, start, expected] of [
  ["nothing", "", "text/plain; charset=utf-8"],
  ["a text", "one\n", "text/plain; charset=utf-8"],
  ["JSON is a text", '{"a":1}', "text/plain; charset=utf-8"],
  ["a text with a mark", "\xef\xbb\xbfa", "text/plain; charset=utf-8"],
  ["UTF-16", "\xff\xfea\0", "text/plain; charset=utf-16le"],
  ["HTML behind blanks", " \n<html><body>", "text/html; charset=utf-8"],
  ["a tag needs its end", "<html", "text/plain; charset=utf-8"],
  ["another tag", "<p>x", "text/html; charset=utf-8"],
  ["a word that begins as a tag", "<pre>x", "text/plain; charset=utf-8"],
  ["a comment", "<!-- x", "text/html; charset=utf-8"],
  ["XML", "<?xml version", "text/xml; charset=utf-8"],
  ["gzip", "\x1f\x8b\x08\0", "application/x-gzip"],
  ["zip", "PK\x03\x04", "application/zip"],
  ["PDF", "%PDF-1.7", "application/pdf"],
  ["PNG", "\x89PNG\r\n\x1a\n", "image/png"],
  ["WEBP", "RIFF\x10\x20\x30\0WEBPVP8 ", "image/webp"],
  ["WAVE", "RIFF\x10\x20\x30\0WAVE", "audio/wave"],
  ["MP4", "\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"],
  ["MP4 with a box longer than the file", "\0\0\x10\x18ftypmp42\0\0\0\0", "application/octet-stream"],
  ["wasm", "\0asm\x01\0\0\0", "application/wasm"],
  ["zeros", "\0\0\0\0\0", "application/octet-stream"],
  ["an escape is text", "\x1b[1m", "text/plain; charset=utf-8"],
] as const)
  test(`sniffMediaType(): ${name}`, () =>
    assert.equal(sniffMediaType(Buffer.from(start, "latin1")), expected));
