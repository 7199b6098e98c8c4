import { NotFoundError, TspodError } from "../errors.ts";
import type { NetworkAttachment, NetworkMode } from "../options/network-mode.ts";

/** The mode with one more network. @throws {TspodError} If the container has none with names. */
export function withNetwork(mode: NetworkMode, attachment: NetworkAttachment): NetworkMode {
  return { kind: "bridge", networks: [...namedNetworks(mode), attachment] };
}

/** The mode without that network. @throws {TspodError} If the container has none with names. */
export function withoutNetwork(mode: NetworkMode, name: string): NetworkMode {
  return { kind: "bridge", networks: namedNetworks(mode).filter((network) => network.name !== name) };
}

/** @throws {TspodError} If the container's network is another kind. */
export function namedNetworks(mode: NetworkMode): readonly NetworkAttachment[] {
  if (mode.kind === "bridge") return mode.networks;
  throw new TspodError(`"${mode.kind}" is not supported: invalid network mode`);
}

/** @throws {NotFoundError} In Podman's words, if the container is not in that network. */
export function checkConnected(mode: NetworkMode, network: string, container: string): void {
  if (namedNetworks(mode).some(({ name }) => name === network)) return;
  throw new NotFoundError(`container ${container} is not connected to network ${network}`);
}
