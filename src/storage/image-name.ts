import type { Digest } from "../oci/digest.ts";

/** A name in the index, with the digests it stands for. */
export interface NamedDigests {
  readonly name: string;
  readonly digests: readonly Digest[];
}

/** Images that were built or tagged here. */
const LOCAL = "localhost/";
const HUB = ["docker.io/library/", "docker.io/"];

/**
 * The entry that a user means by a name, or undefined. In this order: the candidates, the text as a full reference, and for
 * a short name localhost/, docker.io/, then any name that ends in it. `name@sha256:…` matches by the name and its digests.
 */
export function matchName<T extends NamedDigests>(
  entries: readonly T[],
  text: string,
  candidates: readonly string[],
): T | undefined {
  const wanted = [...candidates, ...fullForms(text)];
  for (const reference of wanted) {
    const found = entries.find((entry) => isNamed(entry, withTag(reference)));
    if (found !== undefined) return found;
  }
  if (!isShort(text)) return undefined;
  const ending = `/${withTag(text)}`;
  return (
    entries.find(({ name }) => name.endsWith(ending)) ?? entries.find((entry) => isNamedShortly(entry, text))
  );
}

function fullForms(text: string): string[] {
  if (!isShort(text))
    return [
      text,
      ...HUB.filter(() => text.startsWith("docker.io/") && !text.slice(10).includes("/"))
        .slice(0, 1)
        .map((hub) => hub + text.slice(10)),
    ];
  return [text, LOCAL + text, ...HUB.map((hub) => hub + text)];
}

/** Whether the first component is no registry. */
function isShort(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash === -1) return true;
  const first = text.slice(0, slash);
  return !/[.:]/.test(first) && first !== "localhost";
}

/** `:latest` where there is neither tag nor digest; of both, the digest decides. */
function withTag(text: string): string {
  const at = text.indexOf("@");
  if (at !== -1) return `${withoutTag(text.slice(0, at))}${text.slice(at)}`;
  return withoutTag(text) === text ? `${text}:latest` : text;
}

/** A colon before a slash is a port's. */
function withoutTag(name: string): string {
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}

function repositoryOf(name: string): string {
  const at = name.indexOf("@");
  return withoutTag(at === -1 ? name : name.slice(0, at));
}

function isNamed({ name, digests }: NamedDigests, reference: string): boolean {
  if (name === reference) return true;
  const at = reference.indexOf("@");
  return (
    at !== -1 &&
    repositoryOf(name) === reference.slice(0, at) &&
    digests.some((digest) => digest === reference.slice(at + 1))
  );
}

function isNamedShortly({ name, digests }: NamedDigests, text: string): boolean {
  const at = text.indexOf("@");
  if (at === -1) return false;
  return (
    repositoryOf(name).endsWith(`/${repositoryOf(text)}`) &&
    digests.some((digest) => digest === text.slice(at + 1))
  );
}
