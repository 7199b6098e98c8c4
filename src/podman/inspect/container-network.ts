import type { ContainerPaths } from "../../container/state/paths.ts";
import type { ContainerState } from "../../container/state/state.ts";
import { isActive } from "../../container/state/state.ts";
import type { AttachedNetwork } from "../../network/attached-network.ts";
import { PODMAN_ID } from "../../network/default-network.ts";
import type { NetworkOptions } from "../../options/create-options.ts";
import type { NetworkMode } from "../../options/network-mode.ts";
import { ANY_ADDRESS, comparePorts } from "../container-ports.ts";
import { goMap } from "../go/value.ts";
import { type Endpoint, endpointOf, NO_ENDPOINT, networksOf } from "./attached-networks.ts";

/**
 * Inspect's NetworkSettings. slirp4netns' own addresses are nobody's business but the container's, as in
 * podman; those of networks with names stand with each network, and above where the default one is the only
 * one. @param attached the networks of the last run
 */
export function networkSettings(
  network: NetworkOptions,
  {
    id,
    state,
    paths,
    attached,
    hostname,
  }: {
    id: string;
    hostname: string;
    state: ContainerState;
    paths: ContainerPaths;
    attached: readonly AttachedNetwork[];
  },
): object {
  const exposed = Object.fromEntries(
    network.exposed.map(({ port, protocol }) => [`${port}/${protocol}`, null]),
  );
  const running = isActive(state);
  const networks = networksOf(network.mode, { running, attached, id, hostname });
  return {
    ...(running ? soleEndpoint(attached) : NO_ENDPOINT),
    Bridge: "",
    SandboxID: "",
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    Ports: goMap({ ...exposed, ...portBindings(network) }),
    SandboxKey: running ? sandboxKey(network.mode, { paths, pid: state.pid }) : "",
    Networks: goMap(networks),
  };
}

/** Podman makes no file for a namespace that nothing but the loopback is in. */
function sandboxKey(
  mode: NetworkMode,
  { paths, pid }: { readonly paths: Pick<ContainerPaths, "netns">; readonly pid: number },
): string {
  if (mode.kind === "none") return `/proc/${pid}/ns/net`;
  return hasOwnNamespace(mode) ? paths.netns : "";
}

function soleEndpoint(attached: readonly AttachedNetwork[]): Endpoint {
  const [only, ...others] = attached;
  return only !== undefined && others.length === 0 && only.id === PODMAN_ID ? endpointOf(only) : NO_ENDPOINT;
}

/** `80/tcp` → where it is published; one entry for each port of a range, in the order of the PORTS column. */
export function portBindings({
  ports,
}: Pick<NetworkOptions, "ports">): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { hostIp, hostPort, containerPort, range, protocol } of [...ports].sort(comparePorts)) {
    for (let i = 0; i < range; i++) {
      const key = `${containerPort + i}/${protocol}`;
      const binding = { HostIp: hostIp || ANY_ADDRESS, HostPort: String(hostPort + i) };
      bindings[key] = [...(bindings[key] ?? []), binding];
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
