import { TspodError } from "../../../errors.ts";
import { imageForContainer } from "../../../image/acquire/resolve-image.ts";
import { parsePullPolicy } from "../../../image/pull/pull-policy.ts";
import { type Platform, platformText } from "../../../oci/platform.ts";
import { ExitCode } from "../../../os/exit-code.ts";
import { imageEngineOf } from "../../flags/engine-of.ts";
import { registryOptions, retryOptions } from "../../flags/registry-flags.ts";
import type { BuildCall } from "./inputs.ts";
import { platformTexts } from "./settings.ts";

/**
 * An image that a Dockerfile names, pulled where it must be.
 * @param wanted of the FROM, which wins over the command line's
 */
export async function findImage(call: BuildCall, text: string, wanted: Platform | undefined) {
  const none = { os: undefined, arch: undefined, variant: undefined };
  const found = imageForContainer(imageEngineOf(call), {
    text,
    policy: pullPolicy(call),
    quiet: call.flags.quiet,
    registry: { ...registryOptions(call), ...retryOptions(call) },
    platform: wanted === undefined ? platformTexts(call.flags) : { ...none, platform: platformText(wanted) },
    beforePull: () => undefined,
  });
  return await found.then(
    ({ stored }) => stored,
    (cause: unknown) => {
      // In Podman's words, which scripts look for.
      throw cause instanceof TspodError && cause.exitCode === ExitCode.failed
        ? new TspodError("creating build container", { cause })
        : cause;
    },
  );
}

/** The older names of `--pull=always` and `--pull=never`. */
function pullPolicy({ flags }: BuildCall) {
  return parsePullPolicy(flags["pull-always"] ? "always" : flags["pull-never"] ? "never" : flags.pull);
}
