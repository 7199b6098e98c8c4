import { addMembers } from "../../../image/add-members.ts";
import { changeImageList, createImageList } from "../../../image/change-list.ts";
import { resolveImage } from "../../../image/images.ts";
import { type ImageList, resolveImageList } from "../../../image/lists.ts";
import { untagImage } from "../../../image/tag.ts";
import { hostPlatform } from "../../../oci/choose-platform.ts";
import { type Digest, digestHex } from "../../../oci/digest.ts";
import { nowRfc3339Nano } from "../../../os/time.ts";
import { registryOptions } from "../../flags/registry-flags.ts";
import type { BuildCall } from "./inputs.ts";

/**
 * Put images into a list, which is made where it is missing.
 * @param name full reference
 * @param takesOver whether the name is that of the result, as with `--tag`: then it is taken from what has
 * it, and a list of that name is begun anew
 * @throws {TspodError} If an image has the name, and it is not taken over.
 */
export async function addToList(
  call: BuildCall,
  images: readonly Digest[],
  { name, takesOver }: { readonly name: string; readonly takesOver: boolean },
): Promise<ImageList> {
  const store = call.store();
  const known = resolveImageList(store, name)?.image;
  if (known === undefined && takesOver) {
    const other = resolveImage(store, name);
    if (other?.name === name) await untagImage(store, other.image, [name]);
  }
  const list =
    known ??
    (await createImageList(store, {
      name,
      created: nowRfc3339Nano(),
      content: { manifests: [], sources: {} },
    }));
  if (known !== undefined && takesOver)
    await changeImageList(store, list.id, () => ({ manifests: [], sources: {} }));
  await addMembers(store, list.id, {
    ...registryOptions(call),
    texts: images.map((id) => `containers-storage:${digestHex(id)}`),
    all: false,
    platform: hostPlatform(process.arch),
    signal: call.signal,
  });
  return resolveImageList(store, list.id)?.image ?? list;
}
