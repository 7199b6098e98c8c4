import { parseSignal } from "../../oci/signal.ts";
import type { CreateOptions } from "../../options/create-options.ts";

const MICROSECONDS = 1_000_000;

/** The user's annotations, and those that Podman's clients and the runtimes read. */
export function annotations(options: CreateOptions): Record<string, string> {
  const { process, security, network, volumesFrom } = options;
  const stopSignal = String(parseSignal(process.stopSignal).number);
  return {
    "io.container.manager": "libpod",
    ...(options.rm && { "io.podman.annotations.autoremove": "TRUE" }),
    ...(process.init && { "io.podman.annotations.init": "TRUE" }),
    ...(security.privileged && { "io.podman.annotations.privileged": "TRUE" }),
    ...(network.publishAll && { "io.podman.annotations.publish-all": "TRUE" }),
    ...(volumesFrom.length > 0 && {
      "io.podman.annotations.volumes-from": volumesFrom
        .map(({ container, options }) => [container, options.join(",")].filter(Boolean).join(":"))
        .join(";"),
    }),
    ...securityAnnotations(security),
    "org.opencontainers.image.stopSignal": stopSignal,
    // crun(1): properties of the scope, so that systemd stops the container at a shutdown as `stop` would.
    "org.systemd.property.KillSignal": stopSignal,
    ...(process.stopTimeout !== 0 && {
      "org.systemd.property.TimeoutStopUSec": `uint64 ${process.stopTimeout * MICROSECONDS}`,
    }),
    // Only crun knows it: supplementary groups of the caller, which have no number in the user namespace.
    ...(process.groups.includes("keep-groups") && { "run.oci.keep_original_groups": "1" }),
    ...options.annotations,
  };
}

/** What `--security-opt` was asked for, as `podman inspect` tells of it. */
function securityAnnotations({ seccomp, apparmor, labelOptions }: CreateOptions["security"]) {
  const profile = seccomp?.kind === "file" ? seccomp.path : seccomp?.kind;
  return {
    ...(profile !== undefined && { "io.podman.annotations.seccomp": profile }),
    ...(apparmor !== undefined && { "io.podman.annotations.apparmor": apparmor }),
    ...(labelOptions.length > 0 && { "io.podman.annotations.label": labelOptions.join(",") }),
  };
}
