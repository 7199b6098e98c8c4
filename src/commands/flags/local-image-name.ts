import { TspodError } from "../../errors.ts";
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
 * @throws {TspodError} If it is no reference, or has a digest: nobody has compared that with the image.
 */
export function localImageName(text: string): string {
  // A digest alone is Podman's ID of an image, and no name.
  if (text.startsWith("sha256:")) throw new TspodError(`${text}: tag by digest not supported`);
  const reference = parseReference(isShortName(text) && text !== "" ? `localhost/${text}` : text);
  if (reference.digest !== undefined)
    throw new TspodError(
      `"${text}": tag by digest not supported: a digest belongs to what a registry has served`,
    );
  return formatReference(withDefaultTag(withoutTagIfDigested(reference)));
}
