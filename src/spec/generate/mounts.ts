import type { SpecMount } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { HostFacts } from "../host-facts.ts";
import { kernelMounts, writableMounts } from "./default-mounts.ts";
import { deviceMounts, fileMounts } from "./file-mounts.ts";
import { containerUser } from "./process.ts";
import { userMount } from "./user-mounts.ts";

/**
 * All mounts, in the order in which they are made: shorter paths first, so that none hides another. What the
 * user asks for stands in for the default at the same place, and a /dev of the user's for all that would be
 * mounted in it.
 */
export function mounts(options: CreateOptions, host: HostFacts): SpecMount[] {
  const asked = host.mounts.map((mount) => userMount(mount, () => containerUser(options, host)));
  const taken = new Set(asked.map(({ destination }) => destination));
  const ownDev = taken.has("/dev");
  const defaults = lastOfEach([
    ...kernelMounts(options, host),
    ...writableMounts(options),
    ...fileMounts(options, host),
    ...deviceMounts(options, host),
  ]);
  const kept = defaults.filter(
    ({ destination }) => !taken.has(destination) && !(ownDev && destination.startsWith("/dev/")),
  );
  return [...kept, ...asked].sort((a, b) => depth(a.destination) - depth(b.destination));
}

/** --device may name what --privileged brings along. */
function lastOfEach(all: readonly SpecMount[]): SpecMount[] {
  return [...new Map(all.map((mount) => [mount.destination, mount])).values()];
}

function depth(path: string): number {
  return path.split("/").filter(Boolean).length;
}
