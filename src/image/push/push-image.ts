import { resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Reference } from "../../oci/reference.ts";
import { type ImagePlace, parseImagePlace } from "../../options/parse/image-place.ts";
import { appendEvent } from "../../storage/events.ts";
import { adoptImage } from "../../storage/images/adopt-image.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import { leaseContent } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { imageEvent } from "../event.ts";
import { tagImage } from "../tag.ts";
import type { PushOptions } from "./push-options.ts";

export interface ImagePush extends Omit<PushOptions, "progress"> {
  /** As the user typed it: a registry's reference, or `dir:PATH` and the like. */
  readonly destination: string;
  /** The image's name here; undefined: it was found by its ID. */
  readonly name: string | undefined;
  /** Absolute path that a path in `destination` is relative to. */
  readonly cwd: string;
  /** Of `dir:` only: compress the layers that are stored plain. */
  readonly compress: boolean;
  /** The key of gpg to sign with; absent: no signature. */
  readonly signBy?: SigningKey;
  /** Opened when a registry is asked. */
  readonly openProgress: () => Promise<NonNullable<PushOptions["progress"]>>;
  /** Told what is being done with files, a line each. */
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface SigningKey {
  readonly key: string;
  /** Absolute path of the file with its passphrase. */
  readonly passphraseFile?: string;
}

/**
 * Push an image to a registry or into files, or give it another name here; with its event (podman-events(1):
 * `push`).
 * @returns the digest of what was stored; undefined where the image has only got a name
 * @throws {TspodError} If it can't be done.
 */
export async function pushImage(
  store: Store,
  image: StoredImage,
  push: ImagePush,
): Promise<Digest | undefined> {
  const place = parseImagePlace(push.destination);
  if (place.transport !== "docker" && push.signBy !== undefined)
    throw new TspodError(
      `Can not copy signatures to ${place.transport}: only images in registries can be signed`,
    );
  using _lease = image.readOnlyStore ? await leaseContent(store) : undefined;
  await adoptImage(store, image);
  const digest = await pushTo(store, image, { place, push });
  appendEvent(store, imageEvent("push", { id: image.id, name: push.destination }));
  return digest;
}

async function pushTo(
  store: Store,
  image: StoredImage,
  { place, push }: { readonly place: ImagePlace; readonly push: ImagePush },
): Promise<Digest | undefined> {
  if (place.transport === "docker") return await pushToReference(store, image, { ...push, ...place });
  if (place.transport === "containers-storage") {
    await tagImage(store, image, place);
    return undefined;
  }
  const { pushToFiles } = await import("./push-to-files.ts");
  if (push.format === "oci" && place.transport === "docker-archive")
    throw new TspodError("writing manifest: Unsupported manifest type, need a Docker schema 2 manifest");
  return await pushToFiles(store, image, {
    ...push,
    place: { ...place, path: resolve(push.cwd, place.path) },
    asked: place.path,
    format: push.format,
  });
}

async function pushToReference(
  store: Store,
  image: StoredImage,
  { reference, openProgress, ...push }: ImagePush & { readonly reference: Reference },
): Promise<Digest> {
  const sign = await signatureOf(push, reference);
  const { pushToRegistry } = await import("./push.ts");
  const source = { mediaType: image.mediaType, digest: image.manifestDigest };
  const digest = await pushToRegistry(store, source, {
    ...push,
    destination: reference,
    progress: await openProgress(),
  });
  await sign?.(digest);
  return digest;
}

/** Returns the function that signs the pushed manifest. It is checked first whether there is such a key. */
async function signatureOf(
  { signBy, env }: Pick<ImagePush, "signBy" | "env">,
  reference: Reference,
): Promise<((digest: Digest) => Promise<void>) | undefined> {
  if (signBy === undefined) return undefined;
  const { openSigner, signImage } = await import("../sign.ts");
  const signer = openSigner({ ...signBy, env });
  return async (digest) => {
    await signImage(reference, digest, { signer, env, now: Math.floor(Date.now() / 1000) });
  };
}
