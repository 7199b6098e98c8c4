import { messageChain, NotFoundError, TspodError } from "../../errors.ts";
import { choosePlatform, platformFits } from "../../oci/choose-platform.ts";
import type { Digest } from "../../oci/digest.ts";
import { transportOf } from "../../options/parse/image-place.ts";
import { appendEvent } from "../../storage/events.ts";
import { resolveImage, type StoredImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import { imageEvent } from "../event.ts";
import { imageOfList, resolveImageList } from "../lists.ts";
import type { PullOptions } from "./pull-options.ts";

export type { PullOptions } from "./pull-options.ts";
export type { PullPolicy } from "./pull-policy.ts";

/**
 * The image that `text` (a name, full or short, `docker://…` too) stands for, from the store or from its
 * registry. Nothing is visible in the store before all of it is verified; what a failed pull got stays as
 * partial blobs, and the next pull goes on from there. Repeatable; two pulls of the same image share the
 * download. There is an event (podman-events(1): `pull`), also where the image was here.
 * @throws {NotFoundError} If the policy is "never" and the image is not here.
 * @throws {TspodError} If it can't be had: one line that says why.
 */
export function pullImage(store: Store, text: string, options: PullOptions): Promise<StoredImage> {
  return telling(store, text, {
    pull: () => imageFor(store, text, options),
    ids: ({ id }) => [id],
  });
}

async function imageFor(store: Store, text: string, options: PullOptions): Promise<StoredImage> {
  const { policy = "missing", platform, platformAsked = false } = options;
  const here = policy === "always" ? undefined : resolveImage(store, text)?.image;
  const fits = here !== undefined && (!platformAsked || platformFits(here.config, platform));
  if (here !== undefined && policy !== "newer" && fits) return here;
  const list = policy === "always" || here !== undefined ? undefined : resolveImageList(store, text)?.image;
  if (list !== undefined) {
    const member = imageOfList(store, list, platform);
    if (member !== undefined) return member;
    const source = list.sources[choosePlatform(list.index.manifests, platform).digest];
    if (source !== undefined) return imageFor(store, source, options);
  }
  if (policy === "never") throw new NotFoundError(`${text}: image not known`);
  if (isInFiles(text)) {
    const { pullFromFiles } = await import("./pull-from-files.ts");
    const [first] = await pullFromFiles(store, text, options);
    const found = first === undefined ? undefined : resolveImage(store, first.id);
    if (found === undefined) throw new NotFoundError(`no image in "${text}"`);
    return found.image;
  }
  // The registry client, HTTP and schemas are loaded only when a registry is asked.
  const { pullFromRegistry } = await import("./pull-from-registry.ts");
  return pullFromRegistry(store, text, { ...options, policy, ...(fits && { here }) });
}

/**
 * The images that files hold, `dir:PATH` and the like, for `pull`: of an archive of Docker's it may be
 * several.
 * @returns their IDs, one for each of their names as from Podman; undefined where `text` means a registry
 * @throws {TspodError} If they can't be had.
 */
export async function pullImagesOfFiles(
  store: Store,
  text: string,
  options: PullOptions,
): Promise<Digest[] | undefined> {
  if (!isInFiles(text)) return undefined;
  const { pullFromFiles } = await import("./pull-from-files.ts");
  const loaded = await telling(store, text, {
    pull: () => pullFromFiles(store, text, options),
    ids: (images) => images.map(({ id }) => id),
  });
  return loaded.flatMap(({ id, names }) => (names.length === 0 ? [id] : names.map(() => id)));
}

/** As Podman: the name in the event is what was asked for, with its transport. */
async function telling<T>(
  store: Store,
  text: string,
  { pull, ids }: { readonly pull: () => Promise<T>; readonly ids: (pulled: T) => readonly Digest[] },
): Promise<T> {
  try {
    const pulled = await pull();
    for (const id of ids(pulled)) appendEvent(store, imageEvent("pull", { id, name: text }));
    return pulled;
  } catch (error) {
    if (error instanceof TspodError)
      appendEvent(store, { ...imageEvent("pull-error", { name: text }), Error: messageChain(error) });
    throw error;
  }
}

function isInFiles(text: string): boolean {
  const transport = transportOf(text);
  return transport !== undefined && transport !== "docker" && transport !== "containers-storage";
}

/**
 * All tags of a repository as references, for `pull --all-tags`.
 * @throws {TspodError} If `text` has a tag or digest, or the registry refuses.
 */
export async function listRepositoryTags(text: string, options: PullOptions): Promise<string[]> {
  const { listReferences } = await import("./pull-from-registry.ts");
  return listReferences(text, options);
}
