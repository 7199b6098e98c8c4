import type { Section } from "../../unit-file/section.ts";
import { type Quadlet, resourceName } from "../kinds.ts";
import {
  beginConversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  oneShot,
  programOf,
} from "./conversion.ts";
import { boolean, each, elsewhere, type KeyRule, pairs, text } from "./key-rules.ts";

/** Every key of [Network]. @see podman-systemd.unit(5) */
export const NETWORK_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  NetworkName: elsewhere,
  NetworkDeleteOnStop: elsewhere,
  DisableDNS: boolean("--disable-dns"),
  Driver: text("--driver"),
  DNS: each("--dns"),
  IPAMDriver: text("--ipam-driver"),
  InterfaceName: text("--interface-name"),
  Subnet: elsewhere,
  Gateway: elsewhere,
  IPRange: elsewhere,
  Internal: boolean("--internal"),
  IPv6: boolean("--ipv6"),
  Options: (section, key) => section.words(key).flatMap((word) => ["--opt", word]),
  Label: pairs("--label"),
  PodmanArgs: elsewhere,
};

/** A service that makes a network. @throws {TspodError} With file and line. */
export function convertNetwork(quadlet: Quadlet, context: ConversionContext): Converted {
  const conversion = beginConversion(quadlet, NETWORK_KEYS, context);
  const { section, draft } = conversion;
  const name = resourceName(quadlet);
  const start = [
    ...programOf(conversion),
    "network",
    "create",
    "--ignore",
    ...keyArguments(conversion, "network create", NETWORK_KEYS),
    ...subnetArguments(section),
    ...section.arguments("PodmanArgs"),
    name,
  ];
  if (section.boolean("NetworkDeleteOnStop"))
    draft.addCommand("ExecStopPost", [...programOf(conversion), "network", "rm", name]);
  oneShot(conversion);
  return endConversion(conversion, start);
}

/** Each Gateway= and IPRange= belongs to the Subnet= of its place. */
function subnetArguments(section: Section): string[] {
  const subnets = section.all("Subnet");
  const gateways = addressesOf(section, "Gateway", "gateways");
  const ranges = addressesOf(section, "IPRange", "ranges");
  return subnets.flatMap((subnet, at) => [
    "--subnet",
    subnet,
    ...withFlag("--gateway", gateways[at]),
    ...withFlag("--ip-range", ranges[at]),
  ]);
}

function addressesOf(section: Section, key: string, name: string): string[] {
  const [addresses, subnets] = [section.all(key), section.all("Subnet")];
  if (addresses.length > 0 && subnets.length === 0)
    throw section.error(key, "cannot set gateway or range without subnet");
  if (addresses.length > subnets.length) throw section.error(key, `cannot set more ${name} than subnets`);
  return addresses;
}

function withFlag(flag: string, value: string | undefined): string[] {
  return value === undefined ? [] : [flag, value];
}
