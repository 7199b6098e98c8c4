import type { Digest } from "../../oci/digest.ts";
import { isShortName, splitReference } from "../../oci/reference.ts";

/** A name in the index, with the digests it stands for. */
export interface NamedDigests {
  readonly name: string;
  readonly digests: readonly Digest[];
}

/** Images that were built or tagged here. */
const LOCAL = "localhost/";
const HUB = ["docker.io/library/", "docker.io/"];

/**
 * The entry that a user means by a name, or undefined. In this order: the candidates, the text as a full
 * reference, and for a short name localhost/, docker.io/, then any name that ends in it. `name@sha256:…`
 * matches by the name and its digests.
 */
export function matchName<T extends NamedDigests>(
  entries: readonly T[],
  text: string,
  candidates: readonly string[],
): T | undefined {
  const wanted = [...candidates, ...fullForms(text)];
  for (const reference of wanted) {
    const full = withTag(reference);
    // `name@sha256:…` may be a name of its own beside a tag of the same image.
    const found = entries.find(({ name }) => name === full) ?? entries.find((entry) => isNamed(entry, full));
    if (found !== undefined) return found;
  }
  if (!isShortName(text)) return undefined;
  const ending = `/${withTag(text)}`;
  return (
    entries.find(({ name }) => name.endsWith(ending)) ?? entries.find((entry) => isNamedShortly(entry, text))
  );
}

/** The full references that a text may stand for, in the order in which they are tried. */
function fullForms(text: string): string[] {
  if (isShortName(text)) return [text, LOCAL + text, ...HUB.map((hub) => hub + text)];
  const path = text.startsWith("docker.io/") ? text.slice("docker.io/".length) : undefined;
  return path === undefined || path.includes("/") ? [text] : [text, `docker.io/library/${path}`];
}

/** `:latest` where there is neither tag nor digest; of both, the digest decides. */
function withTag(text: string): string {
  const { name, tag, digest } = splitReference(text);
  return digest === undefined ? `${name}:${tag ?? "latest"}` : `${name}@${digest}`;
}

/** By its digest. */
function isNamed({ name, digests }: NamedDigests, reference: string): boolean {
  const { name: repository, digest } = splitReference(reference);
  return digest !== undefined && splitReference(name).name === repository && hasDigest(digests, digest);
}

function isNamedShortly({ name, digests }: NamedDigests, text: string): boolean {
  const { name: repository, digest } = splitReference(text);
  return (
    digest !== undefined && splitReference(name).name.endsWith(`/${repository}`) && hasDigest(digests, digest)
  );
}

function hasDigest(digests: readonly Digest[], text: string): boolean {
  return digests.some((digest) => digest === text);
}
