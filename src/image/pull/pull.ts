import { NotFoundError } from "../../errors.ts";
import { choosePlatform, platformFits } from "../../oci/choose-platform.ts";
import type { Digest } from "../../oci/digest.ts";
import { transportOf } from "../../options/parse/image-place.ts";
import { imageOfList, resolveImageList } from "../../storage/images/image-list.ts";
import { resolveImage, type StoredImage } from "../../storage/images/image-store.ts";
import type { Store } from "../../storage/store.ts";
import type { PullOptions } from "./pull-options.ts";

export type { PullOptions, PullPolicy } from "./pull-options.ts";

/**
 * The image that `text` (a name, full or short, `docker://…` too) stands for, from the store or from its
 * registry. Nothing is visible in the store before all of it is verified; what a failed pull got stays as
 * partial blobs, and the next pull goes on from there. Repeatable; two pulls of the same image share the
 * download.
 * @throws {NotFoundError} If the policy is "never" and the image is not here.
 * @throws {TspodError} If it can't be had: one line that says why.
 */
export async function pullImage(store: Store, text: string, options: PullOptions): Promise<StoredImage> {
  const { policy = "missing", platform, platformAsked = false } = options;
  const here = policy === "always" ? undefined : resolveImage(store, text)?.image;
  const fits = here !== undefined && (!platformAsked || platformFits(here.config, platform));
  if (here !== undefined && policy !== "newer" && fits) return here;
  const list = policy === "always" || here !== undefined ? undefined : resolveImageList(store, text)?.image;
  if (list !== undefined) {
    const member = imageOfList(store, list, platform);
    if (member !== undefined) return member;
    const source = list.sources[choosePlatform(list.index.manifests, platform).digest];
    if (source !== undefined) return pullImage(store, source, options);
  }
  if (policy === "never") throw new NotFoundError(`${text}: image not known`);
  if (isInFiles(text)) {
    const { pullFromFiles } = await import("./pull-from-files.ts");
    const [first] = await pullFromFiles(store, text, options);
    const found = first === undefined ? undefined : resolveImage(store, first.id);
    if (found === undefined) throw new NotFoundError(`no image in "${text}"`);
    return found.image;
  }
  // The registry client, HTTP and schemas: only for who asks a registry.
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
  const loaded = await pullFromFiles(store, text, options);
  return loaded.flatMap(({ id, names }) => (names.length === 0 ? [id] : names.map(() => id)));
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
