import { TspodError } from "../../errors.ts";
import {
  formatReference,
  isShortName,
  parseReference,
  referenceFault,
  withDefaultTag,
  withoutTagIfDigested,
} from "../../oci/reference.ts";

/** What the error of `tag` and `import` begins with: Podman has it twice. */
export function twice(text: string): string {
  const once = `normalizing name ${JSON.stringify(text)}`;
  return `${once}: ${once}`;
}

/**
 * The full reference that a name given to an image here stands for: a short one is localhost/NAME, as with
 * Podman.
 * @param failure what the error begins with, where it is no reference: Podman's commands differ in that
 * @throws {TspodError} If it is no reference, or has a digest: nobody has compared that with the image.
 */
export function localImageName(text: string, failure = `normalizing name ${JSON.stringify(text)}`): string {
  // A digest alone is Podman's ID of an image, and no name.
  if (text.startsWith("sha256:")) throw new TspodError(`${text}: tag by digest not supported`);
  const full = isShortName(text) && text !== "" ? `localhost/${text}` : text;
  const fault = referenceFault(full);
  if (fault !== undefined) throw new TspodError(`${failure}: ${fault}`);
  const reference = parseReference(full);
  if (reference.digest !== undefined)
    throw new TspodError(
      `"${text}": tag by digest not supported: a digest belongs to what a registry has served`,
    );
  return formatReference(withDefaultTag(withoutTagIfDigested(reference)));
}
