import type { CreateOptions } from "../../options/create-options.ts";
import { pauseRoot } from "../../os/program-files.ts";

/**
 * The directory that is a container's lowest one in place of layers: that of `--rootfs DIR:O`, or the one
 * that holds the pause program.
 */
export function rootfsBase({ source }: Pick<CreateOptions, "source">): string | undefined {
  if (source.kind === "pause") return pauseRoot;
  return source.kind === "rootfs" && source.overlay === true ? source.path : undefined;
}
