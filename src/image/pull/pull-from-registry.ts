import { messageChain, TspodError } from "../../errors.ts";
import {
  formatReference,
  type Reference,
  withDefaultTag,
  withoutTagIfDigested,
} from "../../oci/reference.ts";
import { openRegistry } from "../../registry/client.ts";
import { endpointsFor } from "../../registry/configuration/endpoints.ts";
import { loadRegistriesConf, type RegistriesConf } from "../../registry/configuration/registries-conf.ts";
import { refuseGuessing, resolveShortName } from "../../registry/configuration/short-names.ts";
import { listTags } from "../../registry/list-tags.ts";
import { resolveImage, type StoredImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import { fetchImage } from "./fetch-image.ts";
import { openSource } from "./open-source.ts";
import type { PullOptions } from "./pull-options.ts";
import type { PullPolicy } from "./pull-policy.ts";
import { type PullProgress, silentProgress } from "./pull-progress.ts";

interface RegistryPull extends PullOptions {
  readonly policy: PullPolicy;
  /** The image that the store has for this name, and that may be used. */
  readonly here?: StoredImage;
}

/** The heavy half of pullImage() in pull.ts. */
export async function pullFromRegistry(
  store: Store,
  text: string,
  options: RegistryPull,
): Promise<StoredImage> {
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const name = withoutTransport(text);
  const candidates = resolveShortName(name, conf);
  const references = candidates.references.map((each) => withoutTagIfDigested(withDefaultTag(each)));
  if (options.policy === "missing" && options.platformAsked !== true) {
    const found = resolveImage(store, name, references.map(formatReference));
    if (found !== undefined) return found.image;
  }
  refuseGuessing(name, candidates, conf);
  const progress = options.progress ?? silentProgress();
  try {
    if (candidates.explanation !== undefined) progress.note(candidates.explanation);
    return await fetchFirst(store, references, { ...options, conf, progress });
  } finally {
    progress.end();
  }
}

/** The heavy half of listRepositoryTags() in pull.ts. */
export async function listReferences(text: string, options: PullOptions): Promise<string[]> {
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const [reference] = resolveShortName(withoutTransport(text), conf).references;
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    throw new TspodError(`--all-tags takes a repository without tag or digest, not "${text}"`);
  }
  const endpoint = endpointsFor(reference, conf, options.tlsVerify).find(({ mirror }) => !mirror);
  if (endpoint === undefined) throw new TspodError(`no registry to ask for "${text}"`);
  const { signal } = options;
  await using client = await openRegistry(endpoint, { ...options, conf, signal });
  try {
    const tags = await listTags(client, { signal });
    return tags.map((tag) => formatReference({ ...reference, tag }));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TspodError(`fetching tags list of ${endpoint.registry}/${endpoint.repository}`, { cause });
  }
}

/** `docker://NAME` is NAME. */
function withoutTransport(text: string): string {
  return text.startsWith("docker://") ? text.slice("docker://".length) : text;
}

type Attempt = RegistryPull & { readonly conf: RegistriesConf; readonly progress: PullProgress };

async function fetchFirst(
  store: Store,
  references: readonly Reference[],
  options: Attempt,
): Promise<StoredImage> {
  const failures: TspodError[] = [];
  for (const reference of references) {
    try {
      return await fetchReference(store, reference, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof TspodError)) throw error;
      // As Podman's "newer": the image in the store will do if no registry can be asked.
      if (options.policy === "newer" && options.here !== undefined) return options.here;
      failures.push(error);
    }
  }
  const [only, ...more] = failures;
  if (only !== undefined && more.length === 0) throw only;
  throw new TspodError(
    `${failures.length} errors occurred while pulling: ${failures.map(messageChain).join("; ")}`,
  );
}

async function fetchReference(store: Store, reference: Reference, options: Attempt): Promise<StoredImage> {
  const { progress, here, policy } = options;
  const signal = options.signal ?? new AbortController().signal;
  const source = { ...options, signal, note: progress.note };
  if (policy === "newer" && here !== undefined && (await isCurrent(here, reference, source))) return here;
  progress.trying(formatReference(reference));
  return fetchImage(store, reference, source);
}

async function isCurrent(
  here: StoredImage,
  reference: Reference,
  options: Parameters<typeof openSource>[1],
): Promise<boolean> {
  await using source = await openSource(reference, options);
  return source.raw.digest === here.manifestDigest;
}
