import { TspodError } from "../errors.ts";
import type { Digest } from "../oci/digest.ts";
import { formatReference, type Reference } from "../oci/reference.ts";
import { findProgram } from "../os/find-program.ts";
import { registryScopes } from "../registry/policy/scopes.ts";
import type { RegistryOptions } from "../registry/registry-options.ts";
import { writeLookaside } from "../registry/signatures/lookaside.ts";
import { readSignaturePlace } from "../registry/signatures/registries-d.ts";
import { checkSigner, type GpgSigner, signManifest } from "../registry/signatures/sign-gpg.ts";

export interface SignOptions extends Pick<RegistryOptions, "env" | "systemConfiguration"> {
  readonly signer: GpgSigner;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Absolute path of a lookaside store; default: what registries.d says. */
  readonly directory?: string | undefined;
}

/**
 * Who signs: looked for before anything is done that is to be signed.
 * @throws {TspodError} If there is no gpg, or no such key.
 */
export function openSigner(options: Omit<GpgSigner, "program">): GpgSigner {
  const program = findProgram("gpg", options.env.PATH);
  if (program === undefined)
    throw new TspodError('signing is done by gpg, which is not installed (Debian: the package "gpg")');
  const signer = { ...options, program };
  checkSigner(signer);
  return signer;
}

/**
 * Sign a manifest of a registry, and put the signature into the lookaside store.
 * @param reference with a tag or a digest
 * @returns absolute path of the signature
 * @throws {TspodError} If it can't be signed or written.
 */
export async function signImage(
  reference: Reference,
  digest: Digest,
  { signer, now, directory, env, systemConfiguration: system }: SignOptions,
): Promise<string> {
  const base =
    directory === undefined
      ? (await readSignaturePlace(registryScopes(reference), { env, system })).write
      : `file://${directory.replaceAll("%", "%25")}`;
  const content = signManifest(signer, { digest, reference: formatReference(reference), created: now });
  return writeLookaside(base, { repository: reference.path, digest }, content);
}
