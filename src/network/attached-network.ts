import type { NetworkRoute } from "./record.ts";

/** One network of a run of a container, with what the run has in it. */
export interface AttachedNetwork {
  readonly name: string;
  /** ID of the network. */
  readonly id: string;
  /** In the container: `eth0`. */
  readonly interface: string;
  /** `aa:bb:…` */
  readonly mac: string;
  readonly bridge: string;
  readonly internal: boolean;
  /** Whether names are answered at the gateways. */
  readonly dns: boolean;
  /** Whom the whole network asks for other names. */
  readonly dnsServers: readonly string[];
  readonly mtu: number;
  readonly addresses: readonly AttachedAddress[];
  /** What the container is called in it. */
  readonly names: readonly string[];
  /** `--network-alias` and alias=, which `inspect` shows. */
  readonly aliases: readonly string[];
  readonly routes: readonly NetworkRoute[];
  /** Whether the way out is through this one. */
  readonly isDefault: boolean;
  readonly metric?: number;
  /** Subnets that alone are reached beyond the network; absent: all. */
  readonly egress?: readonly string[];
}

export interface AttachedAddress {
  readonly ip: string;
  /** `10.89.0.0/24` */
  readonly subnet: string;
  readonly prefix: number;
  readonly gateway?: string;
}

/** containers/<id>/network.json: the networks of the last run, which may be over. */
export interface RunNetworks {
  readonly schemaVersion: 1;
  readonly networks: readonly AttachedNetwork[];
}

/** The addresses that a run has, as texts. */
export function addressesOf({ networks }: Pick<RunNetworks, "networks">): string[] {
  return networks.flatMap(({ addresses }) => addresses.map(({ ip }) => ip));
}
