import type { FoundSource } from "./copy-step.ts";

/** What an ADD brings that is not simply in a tree: of URLs and git, and archives. */
export interface FetchedSources {
  /** Sources that are in the tree, as written. */
  readonly words: readonly string[];
  /** What identifies the others' content. */
  readonly digests: readonly string[];
  open(undo: DisposableStack): FoundSource[];
}
