import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import type { Container } from "../../../container/state/list.ts";
import { messageChain, TspodError } from "../../../errors.ts";
import { imageEvent } from "../../../image/event.ts";
import { digestHex } from "../../../oci/digest.ts";
import { appendEvent } from "../../../storage/events.ts";
import { removeImage, resolveImage } from "../../../storage/images/image-store.ts";

/**
 * Remove the image that a container was made from. As Podman: that it can't be removed is told, and is no
 * failure.
 */
export async function removeImageOf<T extends FlagTable>(
  call: Call<T>,
  { record }: Container,
): Promise<void> {
  const store = call.store();
  const found = record.image === undefined ? undefined : resolveImage(store, record.image.id);
  if (found === undefined) return;
  try {
    await removeImage(store, found.image);
    appendEvent(store, imageEvent("remove", { id: found.image.id, name: digestHex(found.image.id) }));
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    call.warn(`ERRO[0000] ${messageChain(error)}`);
  }
}
