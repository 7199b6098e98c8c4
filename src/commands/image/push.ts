import { resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { imageEvent } from "../../image/event.ts";
import type { PushOptions } from "../../image/push/push-options.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Reference } from "../../oci/reference.ts";
import { parseImagePlace } from "../../options/parse/image-place.ts";
import { appendEvent } from "../../storage/events.ts";
import { type ImageList, resolveImageList } from "../../storage/images/image-list.ts";
import { resolveImage, type StoredImage, tagImage } from "../../storage/images/image-store.ts";
import { pushFlags, pushForm, pushProgress, writeDigest } from "../flags/push-flags.ts";
import { registryFlags, registryOptions, retryFlags, retryOptions } from "../flags/registry-flags.ts";
import { pushList } from "./push-list.ts";

const flags = {
  ...registryFlags,
  compress: { type: "boolean", help: "Compress the layers that are stored uncompressed: for dir: only" },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  ...pushFlags,
  ...retryFlags,
  "sign-by": { type: "string", value: "KEY", help: "Sign the image with this key of gpg's" },
  "sign-by-sigstore-private-key": {
    type: "string",
    value: "PATH",
    help: "Refused: use cosign on the pushed image",
    hidden: true,
  },
  "sign-passphrase-file": {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "Read the key's passphrase from this file",
  },
} as const satisfies FlagTable;

type PushCall = Call<typeof flags>;

export const command = defineCommand({
  name: "push",
  operands: "IMAGE [DESTINATION]",
  summary: "Push an image to a registry, an archive or a directory",
  description: `Sends an image to where it can be pulled from. What is there already is not sent again; what another repository of the same registry has is taken from there; what broke off goes on where it was. Manifest and layers stay what they are, byte for byte, unless a flag asks for a change; only plain layers are compressed for a registry.

    DESTINATION is a name in a registry, with or without docker:// before it, or dir:PATH, oci:PATH\\[:NAME\\], oci-archive:PATH\\[:NAME\\] or docker-archive:PATH\\[:NAME\\]. Without it the image goes to the registry that its name says.`,
  examples: [
    { line: "tspod push app quay.io/team/app:1", help: "the image app to a registry" },
    { line: "tspod push --compression-format zstd app quay.io/team/app:1", help: "smaller layers" },
    { line: "tspod push app oci:layout:1", help: "into an OCI image layout" },
    { line: "tspod push --all=false list quay.io/team/app:1", help: "a list whose images are there already" },
  ],
  flags,
  minOperands: 1,
  maxOperands: 2,
  complete: "image",
  check: ({ given }) =>
    given.has("sign-by-sigstore-private-key")
      ? "--sign-by-sigstore-private-key is not supported: use cosign on the pushed image"
      : undefined,
  async run(call) {
    const options = pushOptions(call);
    const [source = "", asked] = call.operands;
    const store = call.store();
    const found = resolveImage(store, source) ?? resolveImageList(store, source);
    if (found === undefined) throw new NotFoundError(`${source}: image not known`);
    const { image, name } = found;
    const destination = asked ?? name ?? source;
    writeDigest(call, await pushTo(call, image, { ...options, destination, name }));
    appendEvent(store, imageEvent("push", { id: image.id, name: destination }));
  },
});

interface Destination {
  readonly destination: string;
  /** What the image is called here; undefined: it was found by its ID. */
  readonly name: string | undefined;
}

/** @returns the digest of what was stored; undefined where the image has only got a name */
async function pushTo(
  call: PushCall,
  image: StoredImage | ImageList,
  { destination, name, ...options }: PushOptions & Destination,
): Promise<Digest | undefined> {
  const store = call.store();
  const { signal } = call;
  const signs = call.flags["sign-by"] !== undefined;
  if ("index" in image) {
    if (signs)
      throw new TspodError('a list is not signed, but its images: use "image sign --all" when it is pushed');
    const progress = await pushProgress(call);
    return pushList(store, image, { ...options, signal, progress, destination, all: call.flags.all });
  }
  const place = parseImagePlace(destination);
  if (place.transport !== "docker" && signs)
    throw new TspodError(
      `Can not copy signatures to ${place.transport}: only images in registries can be signed`,
    );
  if (place.transport === "docker") {
    const sign = await signatureOf(call, place.reference);
    const { pushToRegistry } = await import("../../image/push/push.ts");
    const source = { mediaType: image.mediaType, digest: image.manifestDigest };
    const progress = await pushProgress(call);
    const digest = await pushToRegistry(store, source, {
      ...options,
      destination: place.reference,
      progress,
    });
    await sign?.(digest);
    return digest;
  }
  if (place.transport === "containers-storage") {
    await tagImage(store, image, place.name);
    return undefined;
  }
  const { pushToFiles } = await import("../../image/push/push-to-files.ts");
  if (options.format === "oci" && place.transport === "docker-archive")
    throw new TspodError("writing manifest: Unsupported manifest type, need a Docker schema 2 manifest");
  return pushToFiles(store, image, {
    place: { ...place, path: resolve(call.cwd, place.path) },
    asked: place.path,
    name,
    format: options.format,
    compress: call.flags.compress,
    note: call.flags.quiet ? () => undefined : (line) => call.warn(line),
    signal: call.signal,
  });
}

/** What signs the pushed manifest. That there is such a key is looked at first. */
async function signatureOf(
  { flags, env, cwd }: PushCall,
  reference: Reference,
): Promise<((digest: Digest) => Promise<void>) | undefined> {
  const { "sign-by": key, "sign-passphrase-file": file } = flags;
  if (key === undefined) return undefined;
  const { openSigner, signImage } = await import("../../image/sign.ts");
  const signer = openSigner({ key, env, ...(file !== undefined && { passphraseFile: resolve(cwd, file) }) });
  return async (digest) => {
    await signImage(reference, digest, { signer, env, now: Math.floor(Date.now() / 1000) });
  };
}

/** In Podman's order of complaints. */
function pushOptions(call: PushCall): PushOptions {
  const registry = registryOptions(call);
  if (call.flags.format === "v2s1")
    throw new TspodError('format "v2s1" is not supported: it has been given up everywhere');
  const form = pushForm(call, "Choose on of the supported formats: 'oci', 'v2s1', or 'v2s2'");
  return { ...registry, ...retryOptions(call), ...form, signal: call.signal };
}
