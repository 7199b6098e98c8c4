import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { requireFile } from "../../cli/require-file.ts";
import { TspodError } from "../../errors.ts";
import { findImage } from "../../image/images.ts";
import { openFirstManifest, referencesOf } from "../../image/list-members.ts";
import { openSigner, signImage } from "../../image/sign.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import type { Digest } from "../../oci/digest.ts";
import { formatReference, parseReference, type Reference } from "../../oci/reference.ts";
import type { Store } from "../../system/store.ts";
import { registryFlags, registryOptions } from "../flags/registry-flags.ts";

export const command = defineCommand({
  name: "image sign",
  operands: "IMAGE [IMAGE...]",
  summary: "Sign images in registries",
  description:
    "Makes a signature of an image in a registry with gpg, and puts it into a lookaside store: a directory that registries.d names, or --directory. An image that is here is signed as containers-storage:*NAME*. Users whose policy asks for a signature find it there.",
  examples: [
    {
      line: "tspod image sign --sign-by me@example.com docker://quay.io/team/app:1",
      help: "into the store that registries.d says",
    },
  ],
  flags: {
    all: { type: "boolean", short: "a", help: "Sign all images of a list, not the list" },
    directory: {
      type: "string",
      short: "d",
      value: "PATH",
      complete: "directory",
      help: "Put the signature below this directory",
    },
    "sign-by": { type: "string", value: "KEY", help: "Sign with this key of gpg" },
    ...registryFlags,
  },
  minOperands: 1,
  complete: "image",
  async run(call) {
    const { all, directory, "sign-by": key } = call.flags;
    const registry = registryOptions(call);
    if (!key) throw new TspodError("no identity provided");
    const target = directory ? resolve(call.cwd, directory) : undefined;
    if (directory) requireFile(directory, call);
    const { env } = call;
    const signer = openSigner({ key, env });
    for (const name of call.operands) {
      if (name.startsWith(LOCAL)) {
        const stored = storedImage(call.store(), name.slice(LOCAL.length));
        await signImage(stored.reference, stored.digest, { signer, now: seconds(), directory: target, env });
        continue;
      }
      const platform = hostPlatform(process.arch);
      const references = referencesOf(name, registry);
      await using opened = await openFirstManifest(references, {
        ...registry,
        platform,
        signal: call.signal,
      });
      const { parsed, raw, reference } = opened;
      if (all && parsed.kind !== "index")
        throw new TspodError(
          `${formatReference(reference)} is not a multi-architecture image (manifest type ${parsed.mediaType})`,
        );
      const digests =
        all && parsed.kind === "index" ? parsed.index.manifests.map(({ digest }) => digest) : [raw.digest];
      for (const digest of digests)
        await signImage(reference, digest, { signer, now: seconds(), directory: target, env });
    }
  },
});

/** The transport of images in the store. */
const LOCAL = "containers-storage:";

/** An image that is here, and the name that its signature is for. */
function storedImage(store: Store, text: string): { reference: Reference; digest: Digest } {
  const found = findImage(store, text);
  const name = found.name ?? found.image.names[0];
  if (name === undefined) throw new TspodError(`${text}: an image without a name can't be signed`);
  return { reference: parseReference(name), digest: found.image.manifestDigest };
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
