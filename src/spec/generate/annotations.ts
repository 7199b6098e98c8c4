import { parseSignal } from "../../oci/signal.ts";
import type { CreateOptions } from "../../options/create-options.ts";

/** The user's annotations, and those that podman and the runtimes read. */
export function annotations(options: CreateOptions): Record<string, string> {
  return {
    "io.container.manager": "libpod",
    "io.kubernetes.cri-o.TTY": String(options.process.tty),
    "io.podman.annotations.autoremove": flag(options.rm),
    "io.podman.annotations.init": flag(options.process.init),
    "io.podman.annotations.privileged": flag(options.security.privileged),
    "io.podman.annotations.publish-all": flag(options.network.publishAll),
    "org.opencontainers.image.stopSignal": String(parseSignal(options.process.stopSignal).number),
    // Only crun knows it: supplementary groups of the caller, which have no number in the user namespace.
    ...(options.process.groups.includes("keep-groups") && { "run.oci.keep_original_groups": "1" }),
    ...options.annotations,
  };
}

function flag(value: boolean): string {
  return value ? "TRUE" : "FALSE";
}
