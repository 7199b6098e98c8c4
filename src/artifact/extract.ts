import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { openArchiveOutput } from "../os/files/output-file.ts";
import { artifactFileName, type FileSelection, selectFiles } from "../storage/artifacts/artifact-files.ts";
import { artifactLayout } from "../storage/artifacts/artifact-layout.ts";
import { findArtifact } from "../storage/artifacts/artifacts.ts";
import { hasBlob, streamBlob } from "../storage/blobs/blobs.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";

export interface ExtractOptions extends FileSelection {
  /** A relative target starts there. */
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/**
 * Copy an artifact's files into a directory, or one of them into a file. What they were said to be is checked
 * while they are copied.
 * @param target as the user typed it
 * @throws {TspodError} If there is no such artifact or file, or the target can't take it.
 */
export async function extractArtifact(
  store: Store,
  nameOrDigest: string,
  target: string,
  { cwd, signal, ...selection }: ExtractOptions,
): Promise<void> {
  using _lease = await leaseContent(store); // nothing of it is removed meanwhile
  const artifact = findArtifact(store, nameOrDigest);
  const files = selectFiles(artifact, selection);
  const path = resolve(cwd, target);
  if (isDirectory(path)) {
    const named = files.map((file) => ({ file, name: artifactFileName(file) }));
    for (const { file, name } of named)
      await copyFile(store, file, { path: join(path, name), asked: join(target, name), signal });
    return;
  }
  const [only, ...others] = files;
  if (others.length > 0)
    throw new TspodError(
      `the artifact consists of several blobs and the target "${target}" is not a directory and neither digest or title was specified to only copy a single blob`,
    );
  if (target.endsWith("/"))
    throw new TspodError(`failed to create target file: open ${target}: is a directory`);
  await copyFile(store, only, { path, asked: target, signal });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // what is wrong with it is said when it is opened
  }
}

async function copyFile(
  store: Store,
  file: Descriptor,
  { path, asked, signal }: { path: string; asked: string; signal: AbortSignal },
): Promise<void> {
  const layout = artifactLayout(store);
  const damaged = () =>
    new TspodError(`blob "${file.digest}" of the artifact is damaged (use \`tspod system check\`)`);
  if (!hasBlob(layout, file)) throw damaged();
  using output = openArchiveOutput(path, { asked, overwrite: true, doing: "failed to create target file" });
  const hash = createHash("sha256");
  for await (const chunk of streamBlob(layout, file.digest)) {
    signal.throwIfAborted();
    hash.update(chunk);
    output.write(chunk);
  }
  if (`sha256:${hash.digest("hex")}` !== file.digest) throw damaged();
  output.keep();
}
