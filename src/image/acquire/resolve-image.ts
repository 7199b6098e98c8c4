import { NotFoundError } from "../../errors.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import type { PlatformTexts } from "../../options/asked-platform.ts";
import { resolveImage, type StoredImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import type { ImageEngine, ImageRequest, NamedImage } from "./image-request.ts";

export type { ImageEngine, NamedImage } from "./image-request.ts";

/** The transport of images in the store: a name with it is never pulled. */
const LOCAL = "containers-storage:";
const ANY = { os: undefined, arch: undefined, variant: undefined, platform: undefined };

/**
 * The image that a container is to be made from: the one in the store, or otherwise a pulled one. The
 * registry client is loaded only in the second case.
 * @throws {NotFoundError} If the image is not in the store and may not be pulled.
 */
export async function imageForContainer(engine: ImageEngine, request: ImageRequest): Promise<NamedImage> {
  if (request.text.startsWith(LOCAL)) {
    const text = request.text.slice(LOCAL.length);
    return await imageForContainer(engine, { ...request, text, policy: "never", platform: ANY });
  }
  // Whether an image that is here fits the platform that was asked for, and what a newer one is, the pull
  // finds out.
  const asks = request.policy === "always" || request.policy === "newer" || isAsked(request.platform);
  const found = asks ? undefined : resolveImage(engine.store, request.text);
  if (found?.image.readOnlyStore !== undefined) await adopt(engine.store, found.image);
  if (found !== undefined)
    return { stored: found.image, name: found.name ?? found.image.names[0] ?? found.image.id };
  const member = asks ? undefined : await imageInList(engine.store, request.text);
  if (member !== undefined) return { stored: member, name: member.names[0] ?? member.id };
  if (request.policy === "never" && !asks) throw new NotFoundError(`${request.text}: image not known`);
  request.beforePull();
  const { pullForContainer } = await import("./pull-for-container.ts");
  return pullForContainer(engine, request);
}

async function adopt(store: Store, image: StoredImage): Promise<void> {
  const { adoptImage } = await import("../../storage/images/adopt-image.ts");
  await adoptImage(store, image);
}

/** A list is asked for seldom, so what reads one is loaded only when no image has the name. */
async function imageInList(store: Store, text: string): Promise<StoredImage | undefined> {
  const { imageOfList, resolveImageList } = await import("../lists.ts");
  const list = resolveImageList(store, text)?.image;
  return list === undefined ? undefined : imageOfList(store, list, hostPlatform(process.arch));
}

function isAsked({ os, arch, variant, platform }: PlatformTexts): boolean {
  return [os, arch, variant, platform].some((text) => text !== undefined);
}
