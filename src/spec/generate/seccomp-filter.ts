import { TspodError } from "../../errors.ts";
import type { SpecSeccomp } from "../../oci/runtime-spec.ts";
import { resolveSeccomp } from "../../oci/seccomp.ts";
import type { SecurityOptions } from "../../options/create-options.ts";
import type { HostFacts } from "../host-facts.ts";
import { boundingCapabilities } from "./capabilities.ts";

/** Where the distribution's profile is; the administrator's goes before it. @see containers.conf(5) */
export const HOST_PROFILES: readonly string[] = [
  "/etc/containers/seccomp.json",
  "/usr/share/containers/seccomp.json",
];

/**
 * Whether system calls are filtered. As Podman: --privileged goes without the host's profile, but not without
 * one that was asked for.
 */
export function hasSeccompFilter({ privileged, seccomp }: SecurityOptions): boolean {
  if (seccomp?.kind === "unconfined") return false;
  return !privileged || (seccomp !== undefined && !HOST_PROFILES.includes(seccomp.path));
}

/** @throws {TspodError} If there is to be a filter, and no profile. */
export function seccompFilter(security: SecurityOptions, host: HostFacts): SpecSeccomp | undefined {
  if (!hasSeccompFilter(security)) return undefined;
  if (host.seccompProfile === undefined) {
    throw new TspodError("no seccomp profile on this host: give one with --security-opt seccomp=FILE");
  }
  const name = security.seccomp?.kind === "file" ? security.seccomp.path : "default";
  return resolveSeccomp(
    host.seccompProfile,
    { ...host, capabilities: boundingCapabilities(security, host.lastCapability) },
    name,
  );
}
