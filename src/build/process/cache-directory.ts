import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock, type FileLock, tryLock } from "../../os/file-lock.ts";
import { removeTree } from "../../storage/tree/remove-tree.ts";
import { writeOut } from "../../storage/tree/write-out.ts";
import { copySource } from "../files/copy-source.ts";
import { openDestination } from "../files/destination.ts";
import { openRoot, openSource, type SourceRoot } from "../files/source-root.ts";

export interface CacheRequest {
  readonly id: string;
  readonly from?: string;
  readonly source: string;
  readonly sharing: "shared" | "private" | "locked";
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CacheContext {
  readonly caches: { readonly path: string; readonly namespace: string };
  /** What a new one starts with. */
  readonly seed: SourceRoot | undefined;
  readonly noCache: boolean;
  /** Lets go of its lock. */
  readonly undo: AsyncDisposableStack;
  readonly signal: AbortSignal;
}

/**
 * The directory of a cache mount, made where it is missing: build/mounts/<hash>/data. Its name is a hash, so
 * no id leads anywhere else.
 * @returns absolute path
 */
export async function openCacheDirectory(request: CacheRequest, context: CacheContext): Promise<string> {
  const { path, namespace } = context.caches;
  const { id, from, source, mode, uid, gid } = request;
  const key = JSON.stringify([namespace, id, from ?? "", from === undefined ? "" : source, mode, uid, gid]);
  const name = createHash("sha256").update(key).digest("hex").slice(0, 32);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const directory = await lockedDirectory(join(path, name), request, context);
  const data = join(directory, "data");
  const hasAttributes = mode !== undefined || uid !== undefined || gid !== undefined;
  if (context.noCache && hasAttributes && existsSync(data)) removeTree(data);
  if (!existsSync(data)) await makeData(directory, request, context);
  const now = new Date();
  utimesSync(directory, now, now);
  return data;
}

/**
 * Shared by all that only use it; alone for one that asks for it. A private one that is in use gets a
 * neighbour.
 */
async function lockedDirectory(
  first: string,
  { id, sharing }: CacheRequest,
  { undo }: CacheContext,
): Promise<string> {
  for (let number = 0; ; number++) {
    const directory = number === 0 ? first : `${first}-${number}`;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, "id"), id);
    const lock = await lockDirectory(join(directory, "lock"), sharing);
    if (lock === undefined) continue;
    undo.use(lock);
    return directory;
  }
}

async function lockDirectory(path: string, sharing: CacheRequest["sharing"]): Promise<FileLock | undefined> {
  if (sharing === "private") return tryLock(path);
  return acquireLock(path, { shared: sharing === "shared" });
}

/** Makes the directory beside its place and renames it, so that no build finds half of it. */
async function makeData(directory: string, request: CacheRequest, { seed }: CacheContext): Promise<void> {
  const { source, mode = 0o755, uid = 0, gid = 0 } = request;
  const making = join(directory, `making-${process.pid}`);
  mkdirSync(making);
  if (seed !== undefined) {
    using undo = new DisposableStack();
    const root = undo.use(openRoot(seed));
    const to = undo.use(openDestination(making, []));
    await copySource(openSource(root, source, undo), {
      to,
      at: { directory: to.directory("", { owner: { uid, gid }, mode }), name: Buffer.from("file") },
      options: { rules: { ignore: [], exclude: [] }, writeOut: writeOut(directory) },
    });
  }
  chownSync(making, uid, gid);
  chmodSync(making, mode);
  const data = join(directory, "data");
  if (existsSync(data)) removeTree(making);
  else renameSync(making, data);
}
