import { resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { resolveImage } from "../../image/images.ts";
import { type ImageList, resolveImageList } from "../../image/lists.ts";
import { type ImagePush, pushImage } from "../../image/push/push-image.ts";
import { pushList } from "../../image/push/push-list.ts";
import type { PushOptions } from "../../image/push/push-options.ts";
import type { Digest } from "../../oci/digest.ts";
import { pushFlags, pushForm, pushProgress, writeDigest } from "../flags/push-flags.ts";
import { pushRetryFlags, registryFlags, registryOptions, retryOptions } from "../flags/registry-flags.ts";

const flags = {
  ...registryFlags,
  compress: { type: "boolean", help: "Compress the layers that are stored uncompressed: for dir: only" },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  ...pushFlags,
  ...pushRetryFlags,
  "sign-by": { type: "string", value: "KEY", help: "Sign the image with this key of gpg" },
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
    const digest =
      "index" in image
        ? await pushNamedList(call, image, { ...options, destination })
        : await pushImage(store, image, imagePush(call, { ...options, destination, name }));
    writeDigest(call, digest);
  },
});

async function pushNamedList(
  call: PushCall,
  list: ImageList,
  options: PushOptions & { readonly destination: string },
): Promise<Digest> {
  if (call.flags["sign-by"] !== undefined)
    throw new TspodError('a list is not signed, but its images: use "image sign --all" when it is pushed');
  const progress = await pushProgress(call);
  const { signal } = call;
  return await pushList(call.store(), list, { ...options, signal, progress, all: call.flags.all });
}

function imagePush(
  call: PushCall,
  options: PushOptions & Pick<ImagePush, "destination" | "name">,
): ImagePush {
  const { flags, cwd, signal } = call;
  const { "sign-by": key, "sign-passphrase-file": file } = flags;
  const passphrase = file === undefined ? {} : { passphraseFile: resolve(cwd, file) };
  return {
    ...options,
    cwd,
    signal,
    compress: flags.compress,
    ...(key !== undefined && { signBy: { key, ...passphrase } }),
    openProgress: () => pushProgress(call),
    note: flags.quiet ? () => undefined : (line) => call.warn(line),
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
