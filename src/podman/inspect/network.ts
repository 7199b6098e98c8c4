import type { AttachedNetwork } from "../../network/attached-network.ts";
import type { NetworkRecord } from "../../network/record.ts";

/** A container that runs in the network, with what it has there. */
export interface NetworkMember {
  readonly id: string;
  readonly name: string;
  readonly attached: AttachedNetwork;
}

/** `network inspect`: the keys of the network's file, and who is in it. */
export function inspectNetwork(record: NetworkRecord, members: readonly NetworkMember[]): object {
  return {
    ...record,
    containers: Object.fromEntries(members.map((member) => [member.id, memberOf(member)])),
  };
}

function memberOf({ name, attached }: NetworkMember): object {
  const subnets = attached.addresses.map(({ ip, prefix, gateway }) => ({
    ipnet: `${ip}/${prefix}`,
    ...(gateway !== undefined && { gateway }),
  }));
  return { name, interfaces: { [attached.interface]: { subnets, mac_address: attached.mac } } };
}
