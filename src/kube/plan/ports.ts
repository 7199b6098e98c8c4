import { TspodError } from "../../errors.ts";
import type { PortMapping, Protocol } from "../../options/network-mode.ts";
import type { ContainerPort, KubeContainer } from "../types/container.ts";
import type { PodSpec } from "../types/pod.ts";
import type { Service } from "./objects.ts";

export interface PortContext {
  readonly services: readonly Service[];
  /** `--publish`: takes the place of what the file says of the same port of the container. */
  readonly published: readonly PortMapping[];
  /** `--publish-all`: every containerPort, on the same port of the host. */
  readonly publishAll: boolean;
}

/** The ports of a pod on the host: hostPorts, and those of Services of type NodePort and LoadBalancer. */
export function podPorts(spec: PodSpec, { services, published, publishAll }: PortContext): PortMapping[] {
  const containers = portContainers(spec);
  const own = containers.flatMap(({ ports }) => (ports ?? []).flatMap((port) => hostPort(port, publishAll)));
  const served = services.flatMap((service) => servicePorts(service, containers));
  const overridden = (port: PortMapping) => published.some((other) => covers(other, port));
  const all = [...published, ...[...own, ...served].filter((port) => !overridden(port))];
  return [...new Map(all.map((port) => [JSON.stringify(port), port])).values()];
}

/** Sidecars have ports as well. */
function portContainers({ containers, initContainers }: PodSpec): KubeContainer[] {
  return [...containers, ...(initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always")];
}

function covers({ containerPort, range, protocol }: PortMapping, port: PortMapping): boolean {
  return (
    protocol === port.protocol &&
    port.containerPort >= containerPort &&
    port.containerPort < containerPort + range
  );
}

function hostPort(port: ContainerPort, publishAll: boolean): PortMapping[] {
  const number = port.hostPort || (publishAll ? port.containerPort : 0);
  // Templates leave `containerPort:` empty: that of the host is meant, where there is one.
  return number === 0 ? [] : [mapping(number, port.containerPort || number, port)];
}

function mapping(
  hostPort: number,
  containerPort: number,
  { protocol, hostIP }: Pick<ContainerPort, "protocol" | "hostIP">,
): PortMapping {
  return { hostIp: hostIP ?? "", hostPort, containerPort, range: 1, protocol: protocolOf(protocol) };
}

function protocolOf(text: string | null | undefined): Protocol {
  const word = text?.toLowerCase();
  return word === "udp" || word === "sctp" ? word : "tcp";
}

function servicePorts({ name, spec }: Service, containers: readonly KubeContainer[]): PortMapping[] {
  if (spec.type !== "NodePort" && spec.type !== "LoadBalancer") return [];
  return (spec.ports ?? []).map((port) => {
    const target = targetPort(port.targetPort ?? port.port, containers);
    if (target === undefined)
      throw new TspodError(`Service "${name}": no container of its pod has a port "${port.targetPort}"`);
    return mapping((spec.type === "NodePort" && port.nodePort) || port.port, target, {
      protocol: port.protocol,
    });
  });
}

/** A port by number or by name; undefined: no container has one of that name. */
export function targetPort(
  target: number | string,
  containers: readonly Pick<KubeContainer, "ports">[],
): number | undefined {
  if (/^\d+$/.test(`${target}`)) return Number(target);
  return containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === target)?.containerPort;
}
