import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeDirectories } from "../../os/files/make-directories.ts";
import type { Store } from "../store.ts";

/** The store with the layout of its artifacts in the place of its images': for all that deals with blobs. */
export function artifactLayout(store: Store): Store {
  return { ...store, images: join(store.root, "artifacts") };
}

/** As artifactLayout(), for who writes: its directories are made with the first artifact. */
export function makeArtifactLayout(store: Store): Store {
  const layout = artifactLayout(store);
  makeDirectories(join(layout.images, "blobs", "sha256"), 0o700);
  return layout;
}

/** Whether there ever was an artifact. */
export function hasArtifactLayout(store: Store): boolean {
  return existsSync(artifactLayout(store).images);
}
