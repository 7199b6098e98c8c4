import type { CreateOptions } from "../create-options.ts";
import type { HostFacts } from "../host-facts.ts";
import type { RuntimeSpec } from "../runtime-spec.ts";

/**
 * The runtime configuration of a container: pure, the same values give the same file.
 * The image's config is merged into the options already (createOptionsFromFlags()), so that `start` needs no image.
 * @throws {TspodError} If the user is not in the image's passwd, a capability is unknown, or an option can't be
 *   held on this host.
 */
export function runtimeSpec(_options: CreateOptions, _host: HostFacts): RuntimeSpec {
  throw new Error("not written yet");
}
