import { hasControls } from "./control-characters.ts";

/** Bytes that a file's name can have on Linux. */
const BYTES_MAX = 255;

/**
 * Whether a text can be the name of one file in a directory: no path, neither `.` nor `..`, and no control
 * characters, which would break lists that have a name in each line.
 */
export function isFileName(text: string): boolean {
  if (text === "" || hasControls(text)) return false;
  if (text === "." || text === ".." || text.includes("/")) return false;
  return Buffer.byteLength(text) <= BYTES_MAX;
}
