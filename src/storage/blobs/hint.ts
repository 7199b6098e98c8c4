import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type Shape, soundJson } from "../../oci/shape.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import type { Store } from "../store.ts";
import { makeTmpFile } from "../tmp-directory.ts";

/**
 * What writeHint() has written.
 * @param path absolute
 * @returns undefined where there is none, it can't be read, or it says something else
 */
export function readHint<T>(path: string, shape: Shape<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  return soundJson(shape, text);
}

/**
 * Write what makes a later push or pull shorter, and may be lost: the file is there with the old content or
 * with the new, and nothing waits for the disk. What a kill leaves is in the store's tmp, which is swept.
 * @param path absolute, in the store
 */
export function writeHint(store: Store, path: string, value: unknown): void {
  makeDirectories(dirname(path), 0o700);
  using beside = makeTmpFile(store, "hint", basename(path));
  writeFileSync(beside.fd, JSON.stringify(value));
  renameSync(beside.path, path);
}
