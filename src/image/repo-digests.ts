import { formatReference, parseReference, withoutTagIfDigested } from "../oci/reference.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { repositoryAndTag } from "./name-parts.ts";

/** `repository@digest`, for each repository and each digest that the image is known by, sorted. */
export function repoDigests({ names, digests }: Pick<StoredImage, "names" | "digests">): string[] {
  const repositories = new Set(names.map((name) => repositoryAndTag(name).repository));
  return [...repositories].flatMap((repository) => digests.map((digest) => `${repository}@${digest}`)).sort();
}

/**
 * Whether a text is NAME:TAG@DIGEST of an image that has both. To take it away changes nothing, as with
 * Podman: scripts name so what they have pulled, and the digest stays known.
 * @throws {TspodError} If it is no reference.
 */
export function hasPinnedName(image: Pick<StoredImage, "names" | "digests">, text: string): boolean {
  const reference = parseReference(text);
  const { digest, ...tagged } = reference;
  return (
    digest !== undefined &&
    tagged.tag !== undefined &&
    image.names.includes(formatReference(tagged)) &&
    repoDigests(image).includes(formatReference(withoutTagIfDigested(reference)))
  );
}
