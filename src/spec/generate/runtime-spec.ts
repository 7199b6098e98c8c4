import type { IdMaps } from "../../oci/id-maps.ts";
import type { RuntimeSpec, SpecIdMap, SpecLinux, SpecMount } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { HostFacts } from "../host-facts.ts";
import { annotations } from "./annotations.ts";
import { containerHostname } from "./hostname.ts";
import { pathMasks } from "./masks.ts";
import { mounts } from "./mounts.ts";
import { namespaces, sharedWithHost } from "./namespaces.ts";
import { containerProcess } from "./process.ts";
import { resources } from "./resources.ts";
import { seccompFilter } from "./seccomp-filter.ts";
import { sysctls } from "./sysctl.ts";

/** The version of runc 1.1 and crun; newer runtimes take it too. */
const OCI_VERSION = "1.0.2";

/**
 * The runtime configuration of a container: pure, the same values give the same file. The image's config is
 * merged into the options already (createOptionsFromFlags()), so that `start` needs no image.
 * @throws {TspodError} If the user is not in the image's passwd, a capability is unknown, or an option can't
 *   be held on this host.
 */
export function runtimeSpec(asked: CreateOptions, host: HostFacts): RuntimeSpec {
  const options = sharedWithHost(asked, host);
  const allMounts = mounts(options, host);
  const ownUts = options.uts.kind === "private";
  return {
    ociVersion: OCI_VERSION,
    process: containerProcess(options, host),
    root: { path: host.rootfs, ...(options.security.readOnly && { readonly: true }) },
    // Without a namespace of its own this would rename the host.
    ...(ownUts && { hostname: containerHostname(options, host) }),
    mounts: allMounts,
    annotations: annotations(options),
    ...(host.cdi && { hooks: host.cdi.hooks }),
    linux: linuxSection(options, { host, allMounts }),
  };
}

function linuxSection(
  options: CreateOptions,
  { host, allMounts }: { host: HostFacts; allMounts: readonly SpecMount[] },
): SpecLinux {
  const { idMaps } = options;
  const seccomp = seccompFilter(options.security, host);
  const propagation = rootfsPropagation(allMounts);
  const { personality } = options.process;
  return {
    namespaces: namespaces(options, host),
    ...(idMaps !== undefined && {
      uidMappings: specIdMap(idMaps.uidMap),
      gidMappings: specIdMap(idMaps.gidMap),
    }),
    ...(host.cgroup.kind !== "disabled" && { cgroupsPath: host.cgroup.path }),
    resources: resources(options, host),
    sysctl: sysctls(options),
    ...(seccomp !== undefined && { seccomp }),
    ...pathMasks(options, host),
    ...(propagation !== undefined && { rootfsPropagation: propagation }),
    ...(personality !== undefined && { personality: { domain: personality } }),
  };
}

function specIdMap(map: IdMaps["uidMap"]): SpecIdMap[] {
  return map.map(({ containerId, hostId, size }) => ({ containerID: containerId, hostID: hostId, size }));
}

/** The root has to let through what one of the mounts is to receive or send. */
function rootfsPropagation(all: readonly SpecMount[]): string | undefined {
  const options = new Set(all.flatMap((mount) => mount.options));
  if (options.has("shared") || options.has("rshared")) return "shared";
  if (options.has("slave") || options.has("rslave")) return "rslave";
  return undefined;
}
