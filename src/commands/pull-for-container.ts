import { barProgress, lineProgress } from "../image/progress.ts";
import { pullImage } from "../image/pull.ts";
import { hostPlatform, parsePlatform, wantedPlatform } from "../oci/choose-platform.ts";
import type { Call } from "./framework/define-command.ts";
import type { FlagTable } from "./framework/flag.ts";
import type { ImageRequest, NamedImage, PlatformRequest } from "./resolve-image.ts";

/** Pull the image that a container is to be made from, with progress on stderr. */
export async function pullForContainer<T extends FlagTable>(
  call: Call<T>,
  request: ImageRequest,
): Promise<NamedImage> {
  const asked = askedPlatform(request.platform);
  const stored = await pullImage(call.store(), request.text, {
    env: call.env,
    platform: wantedPlatform(hostPlatform(process.arch), asked),
    platformAsked: Object.keys(asked).length > 0,
    policy: request.policy,
    ...(request.quiet
      ? {}
      : { progress: call.terminal.stderr ? await barProgress(process.stderr) : lineProgress(call.warn) }),
    signal: call.signal,
    ...(request.authFile === undefined ? {} : { authFile: request.authFile }),
    ...(request.tlsVerify === undefined ? {} : { tlsVerify: request.tlsVerify }),
  });
  return { stored, name: stored.names[0] ?? request.text };
}

/** What the flags ask of a platform; --platform says all at once. */
function askedPlatform({
  text,
  os,
  architecture,
  variant,
}: PlatformRequest): Parameters<typeof wantedPlatform>[1] {
  if (text !== undefined) return parsePlatform(text);
  return {
    ...(os === undefined ? {} : { os }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(variant === undefined ? {} : { variant }),
  };
}
