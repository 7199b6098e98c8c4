import type { AttachedNetwork } from "../attached-network.ts";
import { areIsolated } from "../isolation.ts";
import type { NetworkRecord } from "../record.ts";

/** A container that runs in networks with names. */
export interface GraphContainer {
  readonly id: string;
  readonly name: string;
  readonly attached: readonly AttachedNetwork[];
  /** `0.0.0.0:8080->80/tcp` */
  readonly ports: readonly string[];
}

export interface GraphMember {
  readonly container: string;
  readonly id: string;
  readonly addresses: readonly string[];
  /** By what the other members of the network find it; none where the network has no names. */
  readonly names: readonly string[];
  readonly ports: readonly string[];
  /** What alone it reaches beyond the network; absent: everything. */
  readonly egress?: readonly string[];
}

/** Who reaches whom: members of one network each other, by name and address; others as `reaches` says. */
export interface GraphNetwork {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly internal: boolean;
  /** Names of the networks whose containers these reach by address. */
  readonly reaches: readonly string[];
  readonly members: readonly GraphMember[];
}

/** The networks that have a container, or all. */
export function networkGraph(
  records: readonly NetworkRecord[],
  containers: readonly GraphContainer[],
  { all }: { readonly all: boolean },
): GraphNetwork[] {
  const shown = records.filter(
    ({ id }) => all || containers.some(({ attached }) => attached.some((network) => network.id === id)),
  );
  return shown.map((record) => ({
    name: record.name,
    subnets: (record.subnets ?? []).map(({ subnet }) => subnet),
    internal: record.internal,
    reaches: shown.filter((other) => reaches(record, other)).map(({ name }) => name),
    members: containers.flatMap((container) => membersOf(record, container)),
  }));
}

function reaches(from: NetworkRecord, to: NetworkRecord): boolean {
  return from.id !== to.id && !from.internal && !to.internal && !areIsolated(from, to);
}

function membersOf(record: NetworkRecord, { id, name, attached, ports }: GraphContainer): GraphMember[] {
  const found = attached.find((network) => network.id === record.id);
  if (found === undefined) return [];
  return [
    {
      container: name,
      id,
      addresses: found.addresses.map(({ ip }) => ip),
      names: found.dns ? found.names : [],
      ports: found.isDefault ? ports : [],
      ...(found.egress !== undefined && { egress: found.egress }),
    },
  ];
}
