/** First bytes of gzip, bzip2, xz, zstd; and where a tar has its mark. */
const COMPRESSED = ["1f8b08", "425a68", "fd377a585a00", "28b52ffd"];
const TAR_MARK_AT = 257;

/**
 * Whether a file that begins so is a tar, or something compressed: names don't count. @param head 512 bytes
 */
export function isTarHead(head: Buffer): boolean {
  const hex = head.subarray(0, 8).toString("hex");
  if (COMPRESSED.some((mark) => hex.startsWith(mark))) return true;
  return head.toString("latin1", TAR_MARK_AT, TAR_MARK_AT + 5) === "ustar";
}
