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
  Subnet: each("--subnet"),
  Gateway: each("--gateway"),
  IPRange: each("--ip-range"),
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
  for (const key of ["Gateway", "IPRange"] as const) {
    if (section.all(key).length > section.all("Subnet").length)
      throw section.error(key, `cannot set more ${key}s than subnets: each belongs to a Subnet=`);
  }
  const name = resourceName(quadlet);
  const start = [
    ...programOf(conversion),
    "network",
    "create",
    "--ignore",
    ...keyArguments(conversion, "network create", NETWORK_KEYS),
    ...section.arguments("PodmanArgs"),
    name,
  ];
  if (section.boolean("NetworkDeleteOnStop"))
    draft.addCommand("ExecStopPost", [...programOf(conversion), "network", "rm", name]);
  oneShot(conversion);
  return endConversion(conversion, start);
}
