import { existsSync } from "node:fs";
import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import type { Container } from "../../../container/state/list.ts";
import { messageChain, TspodError } from "../../../errors.ts";
import { removeImageOf } from "../../../image/remove.ts";

/**
 * Removes the image that a container with `--rmi` was made from. As Podman: a failure to remove it is
 * reported, but is no failure of the command. A container that is there still, since its client has detached
 * from it, keeps its image until its end.
 */
export async function removeImageOfRun<T extends FlagTable>(
  call: Call<T>,
  { record, paths }: Container,
): Promise<void> {
  if (record.image === undefined || existsSync(paths.directory)) return;
  try {
    await removeImageOf(call.store(), record.image);
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    call.warn(`ERRO[0000] ${messageChain(error)}`);
  }
}
