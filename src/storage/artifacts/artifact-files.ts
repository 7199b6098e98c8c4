import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { isFileName } from "../../oci/file-name.ts";
import type { Artifact } from "./artifacts.ts";

/** What a file is called in an artifact. */
export const TITLE = "org.opencontainers.image.title";

/** One file of an artifact; neither: all of them. */
export interface FileSelection {
  readonly title?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * The files of an artifact that were asked for, at least one.
 * @throws {TspodError} If there is none, or both a title and a digest are asked for.
 */
export function selectFiles(
  { name, manifest }: Pick<Artifact, "name" | "manifest">,
  { title, digest }: FileSelection,
): readonly [Descriptor, ...Descriptor[]] {
  if (title !== undefined && digest !== undefined)
    throw new TspodError("cannot specify both digest and title");
  const wanted = manifest.layers.filter(
    (layer) =>
      (title === undefined || layer.annotations?.[TITLE] === title) &&
      (digest === undefined || layer.digest === digest),
  );
  const [first, ...others] = wanted;
  if (first !== undefined) return title === undefined && digest === undefined ? [first, ...others] : [first];
  if (title !== undefined) throw new TspodError(`no blob with the title "${title}"`);
  if (digest !== undefined) throw new TspodError(`no blob with the digest "${digest}"`);
  throw new TspodError(`artifact ${name} has no files`);
}

/**
 * What a file of an artifact is called in a directory: its title, otherwise its digest.
 * @throws {TspodError} If its title is no name: whoever made the artifact must not choose where it goes.
 */
export function artifactFileName({ annotations, digest }: Descriptor): string {
  const title = annotations?.[TITLE] ?? "";
  if (title === "") return digest.replaceAll(":", "-");
  if (title.includes("/"))
    throw new TspodError(`invalid name: "${title}" cannot contain /: artifact blob title invalid`);
  if (!isFileName(title)) throw new TspodError(`invalid name: "${title}": artifact blob title invalid`);
  return title;
}
