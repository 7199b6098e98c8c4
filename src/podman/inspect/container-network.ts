import type { ContainerPaths } from "../../container/state/paths.ts";
import type { ContainerState } from "../../container/state/state.ts";
import { isActive } from "../../container/state/state.ts";
import type { NetworkOptions } from "../../options/create-options.ts";
import type { NetworkMode } from "../../options/network-mode.ts";
import { goMap } from "../go/value.ts";

/**
 * Inspect's NetworkSettings. slirp4netns' own addresses are nobody's business but the container's, as in
 * podman.
 */
export function networkSettings(
  network: NetworkOptions,
  { state, paths }: { state: ContainerState; paths: ContainerPaths },
): object {
  const exposed = Object.fromEntries(
    network.exposed.map(({ port, protocol }) => [`${port}/${protocol}`, null]),
  );
  return {
    EndpointID: "",
    Gateway: "",
    IPAddress: "",
    IPPrefixLen: 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    MacAddress: "",
    Bridge: "",
    SandboxID: "",
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    Ports: goMap({ ...exposed, ...portBindings(network) }),
    SandboxKey: isActive(state) && hasOwnNamespace(network.mode) ? paths.netns : "",
  };
}

/** `80/tcp` → where it is published; one entry for each port of a range. */
export function portBindings({
  ports,
}: Pick<NetworkOptions, "ports">): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { hostIp, hostPort, containerPort, range, protocol } of ports) {
    for (let i = 0; i < range; i++) {
      const key = `${containerPort + i}/${protocol}`;
      bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort + i) }];
    }
  }
  return bindings;
}

/** HostConfig's NetworkMode. */
export function networkModeText(mode: NetworkMode): string {
  if (mode.kind === "container") return `container:${mode.container}`;
  if (mode.kind === "path") return `ns:${mode.path}`;
  return mode.kind;
}

function hasOwnNamespace({ kind }: NetworkMode): boolean {
  return kind === "slirp4netns" || kind === "pasta" || kind === "none" || kind === "bridge";
}
