import { hostPlatform, wantedPlatform } from "../../oci/choose-platform.ts";
import { askedPlatform } from "../../options/asked-platform.ts";
import { openProgress } from "../progress.ts";
import { pullImage } from "../pull/pull.ts";
import type { ImageEngine, ImageRequest, NamedImage } from "./image-request.ts";

/** Pull the image that a container is to be made from, with progress on stderr. */
export async function pullForContainer(engine: ImageEngine, request: ImageRequest): Promise<NamedImage> {
  const asked = askedPlatform(request.platform);
  const stored = await pullImage(engine.store, request.text, {
    env: engine.env,
    platform: wantedPlatform(hostPlatform(process.arch), asked),
    platformAsked: Object.keys(asked).length > 0,
    policy: request.policy,
    progress: await openProgress({
      quiet: request.quiet,
      terminal: engine.isTerminal,
      write: (line) => engine.warn(line),
    }),
    signal: engine.signal,
    ...request.registry,
  });
  return { stored, name: stored.names[0] ?? request.text };
}
