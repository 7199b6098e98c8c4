import type { ImageList } from "../../../image/lists.ts";
import { openProgress } from "../../../image/progress.ts";
import { pushImage } from "../../../image/push/push-image.ts";
import { pushList } from "../../../image/push/push-list.ts";
import { registryOptions, retryOptions } from "../../flags/registry-flags.ts";
import type { Image } from "./deliver.ts";
import type { BuildCall } from "./inputs.ts";

/**
 * Push what was built to the registries that its names say.
 * @param names full references
 * @throws {TspodError} If a registry does not take it.
 */
export async function pushResult(
  call: BuildCall,
  result: Image | ImageList,
  names: readonly string[],
): Promise<void> {
  const { quiet } = call.flags;
  const { signal, cwd } = call;
  const progress = () =>
    openProgress({ quiet, terminal: call.terminal.stderr, write: (line) => call.warn(line) });
  const registry = { ...registryOptions(call), ...retryOptions(call), signal };
  for (const destination of names) {
    if ("index" in result) {
      await pushList(call.store(), result, {
        ...registry,
        destination,
        all: true,
        progress: await progress(),
      });
      continue;
    }
    await pushImage(call.store(), result, {
      ...registry,
      destination,
      name: destination,
      cwd,
      compress: false,
      openProgress: progress,
      note: quiet ? () => undefined : (line) => call.warn(line),
    });
  }
}
