import { pullImage } from "../image/pull.ts";
import { openProgress } from "../image/progress.ts";
import { hostPlatform, parsePlatform, wantedPlatform } from "../oci/choose-platform.ts";
import type { Call } from "./framework/define-command.ts";
import type { FlagTable } from "./framework/flag.ts";
import type { ImageRequest, NamedImage, PlatformRequest } from "./resolve-image.ts";

/** Pull the image that a container is to be made from, with progress on stderr. */
export async function pullForContainer<T extends FlagTable>(call: Call<T>, request: ImageRequest): Promise<NamedImage> {
  const asked = askedPlatform(request.platform);
  const progress = await openProgress({ quiet: request.quiet, terminal: call.terminal.stderr, write: call.warn });
  const stored = await pullImage(call.store(), request.text, {
    env: call.env,
    platform: wantedPlatform(hostPlatform(process.arch), asked),
    platformAsked: Object.keys(asked).length > 0,
    policy: request.policy,
    progress,
    signal: call.signal,
    ...(request.authFile === undefined ? {} : { authFile: request.authFile }),
    ...(request.tlsVerify === undefined ? {} : { tlsVerify: request.tlsVerify }),
  });
  return { stored, name: stored.names[0] ?? request.text };
}

/** What the flags ask of a platform; --platform says all at once. */
function askedPlatform({ text, os, architecture, variant }: PlatformRequest): Parameters<typeof wantedPlatform>[1] {
  if (text !== undefined) return parsePlatform(text);
  return {
    ...(os === undefined ? {} : { os }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(variant === undefined ? {} : { variant }),
  };
}
