import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostPlatform } from "../oci/choose-platform.ts";
import { libDirectory } from "../os/program-files.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import { resolveImage, type StoredImage } from "../storage/images/stored-image.ts";
import type { Store } from "../storage/store.ts";
import { TAR_END, tarHeader, tarPadding } from "../storage/tar/tar-header-writer.ts";

/** Where the program is in its image. */
export const PAUSE_PROGRAM = "/pause";

/**
 * The image of infra containers: made of the installed program where it is not here, without a build or a
 * pull.
 * @param name its full name
 */
export async function pauseImage(store: Store, name: string): Promise<StoredImage> {
  const here = resolveImage(store, name)?.image;
  if (here !== undefined) return here;
  // Once in a store's life: with what it needs, loading takes a quarter of the time of a `pod create`.
  const { importImage } = await import("../image/import.ts");
  return importImage(store, pauseLayer(), {
    name,
    process: { Entrypoint: [PAUSE_PROGRAM] },
    platform: hostPlatform(process.arch),
    comment: "the program of infra containers",
    created: nowRfc3339Nano(),
    signal: new AbortController().signal,
    note: () => undefined,
  });
}

async function* pauseLayer(): AsyncGenerator<Uint8Array> {
  const program = readFileSync(join(libDirectory, "tspod-pause"));
  const name = PAUSE_PROGRAM.slice(1);
  yield tarHeader({ name, type: "file", mode: 0o755, size: program.length });
  yield program;
  yield tarPadding(program.length);
  yield TAR_END;
}
