import { TspodError } from "../../errors.ts";
import { familiarReference, type Reference } from "../../oci/reference.ts";
import { checkPolicy } from "../../registry/policy/check-policy.ts";
import { readPolicy } from "../../registry/policy/read-policy.ts";
import { registryScopes } from "../../registry/policy/scopes.ts";
import type { RegistryOptions } from "../../registry/registry-options.ts";
import { fetchAttachments } from "../../registry/signatures/attachments.ts";
import { readLookaside } from "../../registry/signatures/lookaside.ts";
import { readSignaturePlace } from "../../registry/signatures/registries-d.ts";
import type { Signature } from "../../registry/signatures/signature.ts";
import type { ImageSource } from "./open-source.ts";

type CheckOptions = RegistryOptions & { readonly signal: AbortSignal };

/**
 * Let the policy judge an image that a registry offers: the one that was chosen, where there was an index.
 * @param reference as the user means it; what a mirror calls it is no identity
 * @throws {TspodError} If it is rejected, or its signatures can't be had.
 */
export async function checkSource(
  source: ImageSource,
  reference: Reference,
  options: CheckOptions,
): Promise<void> {
  const policy = readPolicy(options.env, {
    path: options.signaturePolicy,
    system: options.systemConfiguration,
  });
  const name = `docker://${familiarReference(reference)}`;
  try {
    await checkPolicy(policy, {
      transport: "docker",
      scopes: registryScopes(reference),
      name,
      reference,
      manifest: source.raw.content,
      signatures: () => fetchSignatures(source, reference, options),
    });
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    const ofList = source.indexDigest === undefined ? "" : ": copying system image from manifest list";
    throw new TspodError(`unable to copy from source ${name}${ofList}`, { cause });
  }
}

/** They are looked for by what the place that has the image calls it. */
async function fetchSignatures(
  { client, raw }: ImageSource,
  reference: Reference,
  { env, signal, systemConfiguration: system }: CheckOptions,
): Promise<Signature[]> {
  const { registry: domain, repository: path } = client.endpoint;
  const scopes = registryScopes({ ...reference, domain, path });
  const { read, attachments } = await readSignaturePlace(scopes, { env, system });
  const lookaside = await readLookaside(read, { repository: path, digest: raw.digest }, { env, signal });
  return attachments
    ? [...lookaside, ...(await fetchAttachments(client, raw.digest, { signal }))]
    : lookaside;
}
