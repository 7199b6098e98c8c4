import { closeSync, constants, createReadStream, mkdirSync, openSync, readSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { S_IFMT, S_IFREG } from "../../os/at.ts";
import { decompressed } from "../../storage/compression/decompress.ts";
import { tarReader } from "../../storage/tar/tar-reader.ts";
import type { LowerChain } from "../../storage/tree/lower-chain.ts";
import { layerApplier } from "../../storage/unpack/apply-layer.ts";
import { isTarHead } from "./archive-head.ts";
import type { FoundSource } from "./copy-step.ts";
import { openRoot, openSource, type Source } from "./source-root.ts";

const HEAD = 512;
const CHUNK = 256 * 1024;

/** Whether a file is an archive, as its content says: names don't count. */
export function isArchive({ held }: Source): boolean {
  if ((held.status.mode & S_IFMT) !== S_IFREG) return false;
  const fd = openSync(`/proc/self/fd/${held.fd}`, constants.O_RDONLY);
  try {
    const head = Buffer.alloc(HEAD);
    return isTarHead(head.subarray(0, readSync(fd, head)));
  } finally {
    closeSync(fd);
  }
}

/**
 * Unpack a tar into an empty directory. Directories that it only implies look as they do in `lower`. Nothing
 * in it leads out of the directory.
 * @param bytes perhaps compressed
 * @param path absolute
 * @param owner of all that is in it; without one the owners that it says
 * @throws {TspodError} If it is hostile or damaged.
 */
export async function unpackTar(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  lower: LowerChain,
  owner?: Owner,
): Promise<void> {
  mkdirSync(path, { recursive: true });
  using applier = layerApplier(path);
  const reader = tarReader((entry, content) => applier.apply({ ...entry, ...owner }, content));
  try {
    for await (const { buffer, byteOffset, length } of decompressed(bytes)) {
      reader.write(Buffer.from(buffer, byteOffset, length));
    }
    reader.end();
  } catch (cause) {
    reader.abort();
    throw cause;
  }
  applier.finish(lower);
}

export interface ArchiveContext {
  /** Absolute path of a new directory. */
  readonly path: string;
  readonly lower: LowerChain;
  /** `--chown`: as with BuildKit, directories that the archive only implies belong to root. */
  readonly owner: Owner | undefined;
  readonly undo: DisposableStack;
}

/**
 * An archive that an ADD names, unpacked: what is copied is its contents, with their owners.
 * @throws {TspodError} If it is no tar after all, or a hostile one.
 */
export async function unpackSource(
  { held, name }: Source,
  { path, lower, owner, undo }: ArchiveContext,
): Promise<FoundSource> {
  const file = `/proc/self/fd/${held.fd}`;
  try {
    await unpackTar(createReadStream(file, { highWaterMark: CHUNK }), path, lower, owner);
  } catch (cause) {
    throw new TspodError(`unpacking "${name}"`, { cause });
  }
  const root = undo.use(openRoot({ path, rules: [], keepsOwners: true }));
  return { root, source: openSource(root, "/", undo), isUnpacked: true };
}
