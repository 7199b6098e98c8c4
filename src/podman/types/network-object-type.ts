import type { GoType } from "../go/type.ts";

const address: GoType = { struct: { IPNet: "string", Gateway: "string" } };
const networkInterface: GoType = { struct: { Subnets: { slice: address }, MacAddress: "string" } };

/**
 * The fields that `podman network inspect` (5.8) has, as its templates see them.
 * @see https://github.com/containers/podman/blob/v5.8.2/pkg/domain/entities/types/network.go
 */
export const networkType: GoType = {
  struct: {
    Name: "string",
    ID: "string",
    Driver: "string",
    NetworkInterface: "string",
    Created: "time",
    Subnets: {
      slice: {
        struct: {
          Subnet: "string",
          Gateway: "string",
          LeaseRange: { pointer: { struct: { StartIP: "string", EndIP: "string" } } },
        },
      },
    },
    Routes: {
      slice: { struct: { Destination: "string", Gateway: "string", Metric: { pointer: "number" } } },
    },
    IPv6Enabled: "bool",
    Internal: "bool",
    DNSEnabled: "bool",
    NetworkDNSServers: { slice: "string" },
    Labels: { map: "string" },
    Options: { map: "string" },
    IPAMOptions: { map: "string" },
    Containers: { map: { struct: { Name: "string", Interfaces: { map: networkInterface } } } },
  },
  names: { Network: "" },
};
