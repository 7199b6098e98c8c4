import {
  formatReference,
  isShortName,
  parseReference,
  withDefaultTag,
  withoutTagIfDigested,
} from "../../oci/reference.ts";

/**
 * The full reference that a name given to an image here stands for: a short one is localhost/NAME, as with
 * Podman.
 * @throws {TspodError} If it is no reference.
 */
export function localImageName(text: string): string {
  const reference = parseReference(isShortName(text) ? `localhost/${text}` : text);
  return formatReference(withDefaultTag(withoutTagIfDigested(reference)));
}
