import { dirname } from "node:path";
import { formatReference, type Reference, repositoryName } from "../../oci/reference.ts";
import type { Policy, Requirement } from "./policy.ts";

/**
 * The scopes that speak of an image in a registry, most specific first: itself, its repository, the
 * namespaces above it, the host, then `*.` and what is behind each dot of the host.
 * @param reference with a tag or a digest
 * @see containers-policy.json(5), "docker:"
 */
export function registryScopes(reference: Reference): string[] {
  const name = repositoryName(reference);
  const parts = name.split("/");
  const namespaces = parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
  const [host = ""] = reference.domain.split(":", 1);
  const labels = host.split(".").slice(1);
  const wildcards = labels.map((_, index) => `*.${labels.slice(index).join(".")}`);
  return [formatReference(reference), ...namespaces, ...wildcards];
}

/**
 * The scopes that speak of an image in a file or directory: `PATH:NAME`, PATH, and the directories above it
 * but the root.
 * @param path absolute, without symlinks
 */
export function pathScopes(path: string, name?: string): string[] {
  const scopes = name === undefined ? [] : [`${path}:${name}`];
  for (let at = path; at !== "/"; at = dirname(at)) scopes.push(at);
  return scopes;
}

/**
 * The requirements of a policy that count for an image.
 * @param scopes most specific first
 */
export function requirementsFor(
  { default: fallback, transports = {} }: Policy,
  transport: string,
  scopes: readonly string[],
): readonly Requirement[] {
  const byScope = transports[transport];
  if (byScope === undefined) return fallback;
  const scope = [...scopes, ""].find((each) => Object.hasOwn(byScope, each));
  return (scope === undefined ? undefined : byScope[scope]) ?? fallback;
}
