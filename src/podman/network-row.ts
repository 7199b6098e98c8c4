import { inOrder, type NetworkRecord } from "../network/record.ts";
import { shortId } from "../oci/short-id.ts";
import { goMap, goTime, withJson } from "./go/value.ts";

/** A row of `network ls`, with the fields of Podman's types.Network. */
export function networkRow(
  record: NetworkRecord,
  { noTrunc }: { readonly noTrunc: boolean },
): NetworkRowColumns & Readonly<Record<string, unknown>> {
  const row = {
    Name: record.name,
    ID: noTrunc ? record.id : shortId(record.id),
    Driver: record.driver,
    NetworkInterface: record.network_interface ?? "",
    Created: goTime(record.created),
    Subnets: (record.subnets ?? []).map(({ subnet, gateway = "" }) => ({ Subnet: subnet, Gateway: gateway })),
    Routes: record.routes ?? [],
    IPv6Enabled: record.ipv6_enabled,
    Internal: record.internal,
    DNSEnabled: record.dns_enabled,
    NetworkDNSServers: record.network_dns_servers ?? [],
    Labels: Object.entries(record.labels ?? {})
      .map((label) => label.join("="))
      .sort()
      .join(","),
    Options: goMap(record.options ?? {}),
    IPAMOptions: goMap(record.ipam_options ?? {}),
  };
  return withJson(row, inOrder(record));
}

export interface NetworkRowColumns {
  readonly ID: string;
  readonly Name: string;
  readonly Driver: string;
}
