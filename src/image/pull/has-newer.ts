import type { Digest } from "../../oci/digest.ts";
import { parseReference, type Reference, withDefaultTag, withoutTagIfDigested } from "../../oci/reference.ts";
import { openRegistry } from "../../registry/client.ts";
import { endpointsFor } from "../../registry/configuration/endpoints.ts";
import { loadRegistriesConf, type RegistriesConf } from "../../registry/configuration/registries-conf.ts";
import { manifestDigest } from "../../registry/manifest-digest.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import { openSource } from "./open-source.ts";
import type { PullOptions } from "./pull-options.ts";

/**
 * Whether a registry has another image by this name than the one that is here.
 * @param name a full reference
 * @throws {TspodError} If the registry can't be asked.
 */
export async function hasNewerImage(name: string, here: StoredImage, options: PullOptions): Promise<boolean> {
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const reference = withoutTagIfDigested(withDefaultTag(parseReference(name.replace(/^docker:\/\//, ""))));
  const signal = options.signal ?? new AbortController().signal;
  const said = await saidDigest(reference, { ...options, conf, signal });
  if (said !== undefined && here.digests.includes(said)) return false;
  // Another index may well have the same manifest for this machine.
  await using source = await openSource(reference, { ...options, conf, signal, note: () => undefined });
  return source.raw.digest !== here.manifestDigest;
}

async function saidDigest(
  reference: Reference,
  options: PullOptions & { readonly conf: RegistriesConf; readonly signal: AbortSignal },
): Promise<Digest | undefined> {
  const endpoint = endpointsFor(reference, options.conf, options.tlsVerify).find(({ mirror }) => !mirror);
  if (endpoint === undefined) return undefined;
  await using client = await openRegistry(endpoint, options);
  return await manifestDigest(client, reference.digest ?? reference.tag ?? "latest", options);
}
