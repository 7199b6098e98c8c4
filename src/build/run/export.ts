import { mkdirSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { packTree } from "../../storage/tree/pack-tree.ts";
import { writeOut } from "../../storage/tree/write-out.ts";
import { copySource } from "../files/copy-source.ts";
import { openDestination } from "../files/destination.ts";
import { openRoot, openSource } from "../files/source-root.ts";
import type { Build, BuiltStage } from "./build.ts";

/**
 * Copy a stage's files into the caller's directory, over what is there; no link in it is followed.
 * @param path absolute
 */
export async function exportToDirectory(build: Build, { layers }: BuiltStage, path: string): Promise<void> {
  makeDirectory(path);
  using undo = new DisposableStack();
  const root = undo.use(openRoot({ path: build.view(layers), rules: [], keepsOwners: true }));
  const to = undo.use(openDestination(path, []));
  const owner = { uid: to.creator.uid, gid: to.creator.gid };
  await copySource(openSource(root, "/", undo), {
    to,
    at: { directory: to.directory("", { owner, mode: 0o755 }), name: Buffer.alloc(0) },
    options: { rules: { ignore: [], exclude: [] }, writeOut: writeOut(path) },
  });
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new TspodError(`making the directory "${path}"`, { cause });
  }
}

/** A stage's files as a tar: no layers, no whiteouts. */
export async function exportAsTar(
  build: Build,
  { layers }: BuiltStage,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  for await (const chunk of packTree(build.view(layers), { root: false })) write(chunk);
}
