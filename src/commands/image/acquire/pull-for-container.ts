import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { openProgress } from "../../../image/progress.ts";
import { pullImage } from "../../../image/pull/pull.ts";
import { hostPlatform, wantedPlatform } from "../../../oci/choose-platform.ts";
import { askedPlatform } from "../../flags/platform-flags.ts";
import type { ImageRequest, NamedImage } from "./image-request.ts";

/** Pull the image that a container is to be made from, with progress on stderr. */
export async function pullForContainer<T extends FlagTable>(
  call: Call<T>,
  request: ImageRequest,
): Promise<NamedImage> {
  const { text: platform, os, architecture: arch, variant } = request.platform;
  const asked = askedPlatform({ arch, os, platform, variant });
  const stored = await pullImage(call.store(), request.text, {
    env: call.env,
    platform: wantedPlatform(hostPlatform(process.arch), asked),
    platformAsked: Object.keys(asked).length > 0,
    policy: request.policy,
    progress: await openProgress({
      quiet: request.quiet,
      terminal: call.terminal.stderr,
      write: (line) => call.warn(line),
    }),
    signal: call.signal,
    signaturePolicy: request.signaturePolicy,
    ...(request.authFile === undefined ? {} : { authFile: request.authFile }),
    ...(request.tlsVerify === undefined ? {} : { tlsVerify: request.tlsVerify }),
  });
  return { stored, name: stored.names[0] ?? request.text };
}
