import { formatReference, parseReference, type Reference, repositoryName } from "../../oci/reference.ts";
import type { SignedIdentity } from "./policy.ts";

/**
 * Whether a signature that says it is for `signed` is one for the image that was asked for as `intended`.
 * @param intended undefined: an image without a registry's name, which only an exact identity can fit
 * @see containers-policy.json(5), "signedIdentity"
 */
export function matchesIdentity(
  identity: SignedIdentity,
  intended: Reference | undefined,
  signed: string,
): boolean {
  const named = tryParse(signed);
  if (named === undefined) return false;
  switch (identity.type) {
    case "exactReference":
      return isSame(tryParse(identity.dockerReference), named);
    case "exactRepository":
      return isSameRepository(tryParse(identity.dockerRepository), named);
    case "matchExact":
      return isSame(intended, named);
    case "matchRepository":
      return isSameRepository(intended, named);
    case "matchRepoDigestOrExact":
      return isRepoDigestOrSame(intended, named);
    case "remapIdentity":
      return isRepoDigestOrSame(remap(intended, identity), named);
  }
}

function tryParse(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined; // a signature for what is no reference is one for nothing
  }
}

function isSame(intended: Reference | undefined, signed: Reference): boolean {
  if (intended === undefined || isNameOnly(intended) || isNameOnly(signed)) return false;
  return formatReference(intended) === formatReference(signed);
}

function isSameRepository(intended: Reference | undefined, signed: Reference): boolean {
  return intended !== undefined && repositoryName(intended) === repositoryName(signed);
}

/** Asked for by digest, which the manifest has been checked against, the repository will do. */
function isRepoDigestOrSame(intended: Reference | undefined, signed: Reference): boolean {
  if (intended === undefined || isNameOnly(signed)) return false;
  if (intended.tag === undefined && intended.digest !== undefined) return isSameRepository(intended, signed);
  return isSame(intended, signed);
}

function isNameOnly({ tag, digest }: Reference): boolean {
  return tag === undefined && digest === undefined;
}

function remap(
  intended: Reference | undefined,
  { prefix, signedPrefix }: { readonly prefix: string; readonly signedPrefix: string },
): Reference | undefined {
  if (intended === undefined) return undefined;
  const name = repositoryName(intended);
  if (name !== prefix && !name.startsWith(`${prefix}/`)) return intended;
  return tryParse(signedPrefix + formatReference(intended).slice(prefix.length));
}
