import { formatReference, isShortName, parseReference, withDefaultTag } from "../oci/reference.ts";

/**
 * The full reference that a name given to an image here stands for: a short one is localhost/NAME, as with Podman.
 * @throws {TspodError} If it is no reference.
 */
export function localImageName(text: string): string {
  return formatReference(withDefaultTag(parseReference(isShortName(text) ? `localhost/${text}` : text)));
}
