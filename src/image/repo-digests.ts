import type { StoredImage } from "../storage/images/image-store.ts";
import { repositoryAndTag } from "./name-parts.ts";

/** `repository@digest`, for each repository and each digest that the image is known by, sorted. */
export function repoDigests({ names, digests }: Pick<StoredImage, "names" | "digests">): string[] {
  const repositories = new Set(names.map((name) => repositoryAndTag(name).repository));
  return [...repositories].flatMap((repository) => digests.map((digest) => `${repository}@${digest}`)).sort();
}
