/** `--network slirp4netns:…` */
export interface SlirpOptions {
  /** Whether 10.0.2.2 reaches services on the host's loopback. */
  readonly allowHostLoopback?: boolean;
  readonly mtu?: number;
  readonly cidr?: string;
  readonly enableIpv6?: boolean;
  /** Address or interface that connections leave from. */
  readonly outboundAddr?: string;
  readonly outboundAddr6?: string;
  /** Who listens for published ports: see port-handlers.ts. */
  readonly portHandler?: "rootlesskit" | "slirp4netns";
}

/** A network that the container joins, and what it asks of it. */
export interface NetworkAttachment {
  readonly name: string;
  readonly ips: readonly string[];
  readonly mac?: string;
  readonly aliases: readonly string[];
  readonly interfaceName?: string;
}

/** What `--network` asks for. `private` and nothing at all are slirp4netns for a user without rights. */
export type NetworkMode =
  | { readonly kind: "slirp4netns"; readonly options: SlirpOptions }
  | { readonly kind: "pasta"; readonly options: readonly string[] }
  | { readonly kind: "none" }
  | { readonly kind: "host" }
  /**
   * Shares the network namespace, hosts and resolv.conf of another container (name or ID as typed, then its
   * ID).
   */
  | { readonly kind: "container"; readonly container: string }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "bridge"; readonly networks: readonly NetworkAttachment[] };

export type Protocol = "tcp" | "udp" | "sctp";

/** One published port or range: `range` ports from each start. */
export interface PortMapping {
  /** Empty: every address. */
  readonly hostIp: string;
  /** 0: to be chosen when the container is created. */
  readonly hostPort: number;
  readonly containerPort: number;
  readonly range: number;
  readonly protocol: Protocol;
}
