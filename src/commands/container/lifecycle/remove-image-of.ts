import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import type { Container } from "../../../container/state/list.ts";
import { messageChain, TspodError } from "../../../errors.ts";
import { removeImageById } from "../../../image/remove.ts";

/**
 * Removes the image that a container was made from. As Podman: a failure to remove it is reported, but is no
 * failure of the command.
 */
export async function removeImageOf<T extends FlagTable>(
  call: Call<T>,
  { record }: Container,
): Promise<void> {
  if (record.image === undefined) return;
  try {
    await removeImageById(call.store(), record.image.id);
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    call.warn(`ERRO[0000] ${messageChain(error)}`);
  }
}
