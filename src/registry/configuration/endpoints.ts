import { TspodError } from "../../errors.ts";
import { formatReference, type Reference, repositoryName } from "../../oci/reference.ts";
import type { RegistriesConf, RegistryRule } from "./registries-conf.ts";

/** A place to pull a reference from. */
export interface Endpoint {
  /** `host[:port]`, as it stands in auth files and certs.d. */
  readonly registry: string;
  /** The repository there. */
  readonly repository: string;
  /** Plain HTTP and unverifiable certificates are accepted. */
  readonly insecure: boolean;
  readonly mirror: boolean;
}

/**
 * Where to ask for `reference`, in turn: the mirrors of the longest prefix that fits, then its location.
 * @param tlsVerify --tls-verify; undefined leaves it to registries.conf
 * @throws {TspodError} If the registry is blocked.
 */
export function endpointsFor(
  reference: Reference,
  { registries }: Pick<RegistriesConf, "registries">,
  tlsVerify?: boolean,
): Endpoint[] {
  const rule = ruleFor(repositoryName(reference), registries);
  if (rule?.blocked) {
    throw new TspodError(
      `registry ${rule.prefix} is blocked in registries.conf: "${formatReference(reference)}" can't be pulled`,
    );
  }
  const mirrors = (rule?.mirrors ?? []).filter(
    ({ use }) => use === "all" || (use === "digest-only") === (reference.digest !== undefined),
  );
  const places = [
    ...mirrors.map(({ location, insecure }) => ({ location, insecure, mirror: true })),
    { location: rule?.location, insecure: rule?.insecure ?? false, mirror: false },
  ];
  return places.map(({ location, insecure, mirror }) => ({
    ...place(reference, rule, location),
    insecure: tlsVerify === undefined ? insecure : !tlsVerify,
    mirror,
  }));
}

/**
 * Where to push a reference: to the registry that it names itself. Mirrors and other locations are for pulls.
 * @throws {TspodError} If the registry is blocked.
 */
export function pushEndpoint(
  { domain, path, ...rest }: Reference,
  { registries }: Pick<RegistriesConf, "registries">,
  tlsVerify?: boolean,
): Endpoint {
  const rule = ruleFor(repositoryName({ domain, path }), registries);
  if (rule?.blocked) {
    const name = formatReference({ domain, path, ...rest });
    throw new TspodError(
      `registry ${rule.prefix} is blocked in registries.conf: "${name}" can't be pushed to`,
    );
  }
  const insecure = tlsVerify === undefined ? (rule?.insecure ?? false) : !tlsVerify;
  return { registry: domain, repository: path, insecure, mirror: false };
}

function ruleFor(name: string, registries: readonly RegistryRule[]): RegistryRule | undefined {
  let best: { rule: RegistryRule; length: number } | undefined;
  for (const rule of registries) {
    const length = matchedLength(name, rule.prefix);
    if (length !== undefined && length > (best?.length ?? 0)) best = { rule, length };
  }
  return best?.rule;
}

/** How much of `name` the prefix stands for; a wildcard stands for a whole host. */
function matchedLength(name: string, prefix: string): number | undefined {
  if (prefix.startsWith("*.")) {
    const [host = ""] = name.split(/[:/]/, 1);
    return host.endsWith(prefix.slice(1)) ? host.length : undefined;
  }
  if (!name.startsWith(prefix)) return undefined;
  const next = name[prefix.length];
  return next === undefined || next === "/" || (next === ":" && !prefix.includes("/"))
    ? prefix.length
    : undefined;
}

function place(
  reference: Reference,
  rule: RegistryRule | undefined,
  location: string | undefined,
): Pick<Endpoint, "registry" | "repository"> {
  const name = repositoryName(reference);
  const rewritten =
    rule === undefined || location === undefined
      ? name
      : location + name.slice(matchedLength(name, rule.prefix));
  const slash = rewritten.indexOf("/");
  if (slash < 0)
    throw new TspodError(`location "${location}" in registries.conf leaves no repository of "${name}"`);
  return { registry: rewritten.slice(0, slash), repository: rewritten.slice(slash + 1) };
}
