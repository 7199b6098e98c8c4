import type { GoFields, GoType } from "../go/type.ts";

const strings: GoType = { slice: "string" };
const labels: GoType = { map: "string" };

const portBinding: GoType = { struct: { HostIp: "string", HostPort: "string" } };
/** Of a published port: where it is on the host. */
export const ports: GoType = { map: { slice: portBinding } };

const endpoint: GoFields = {
  EndpointID: "string",
  Gateway: "string",
  IPAddress: "string",
  IPPrefixLen: "number",
  SecondaryIPAddresses: { slice: { struct: { Addr: "string", PrefixLength: "number" } } },
  IPv6Gateway: "string",
  GlobalIPv6Address: "string",
  GlobalIPv6PrefixLen: "number",
  SecondaryIPv6Addresses: { slice: { struct: { Addr: "string", PrefixLength: "number" } } },
  MacAddress: "string",
  AdditionalMacAddresses: strings,
};

const network: GoType = {
  struct: {
    ...endpoint,
    NetworkID: "string",
    DriverOpts: labels,
    IPAMConfig: labels,
    Links: strings,
    Aliases: strings,
  },
  names: { InspectBasicNetworkConfig: "" },
};

/** `.NetworkSettings` of a container. */
export const networkSettings: GoType = {
  struct: {
    ...endpoint,
    Bridge: "string",
    SandboxID: "string",
    HairpinMode: "bool",
    LinkLocalIPv6Address: "string",
    LinkLocalIPv6PrefixLen: "number",
    Ports: ports,
    SandboxKey: "string",
    Networks: { map: network },
  },
  names: { InspectBasicNetworkConfig: "" },
};
