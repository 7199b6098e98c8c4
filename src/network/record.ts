import { TspodError } from "../errors.ts";
import { readAddress, readSubnet } from "./address.ts";

/** One of a network's subnets. */
export interface NetworkSubnet {
  /** `10.89.0.0/24` */
  readonly subnet: string;
  readonly gateway?: string;
  /** Addresses for containers, both ends included. */
  readonly lease_range?: { readonly start_ip?: string; readonly end_ip?: string };
}

export interface NetworkRoute {
  /** A subnet. */
  readonly destination: string;
  readonly gateway: string;
  readonly metric?: number;
}

/**
 * A network as Podman's netavark backend keeps it, one file each: names, order of keys and indentation are
 * As Podman writes it, so that files can be exchanged with Podman.
 * @see https://github.com/containers/common/blob/main/libnetwork/types/network.go
 */
export interface NetworkRecord {
  readonly name: string;
  /** 64 hex digits. */
  readonly id: string;
  readonly driver: string;
  /** Name of the bridge; with macvlan and ipvlan of the host's parent interface. */
  readonly network_interface?: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly subnets?: readonly NetworkSubnet[];
  readonly routes?: readonly NetworkRoute[];
  readonly ipv6_enabled: boolean;
  readonly internal: boolean;
  readonly dns_enabled: boolean;
  readonly network_dns_servers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  readonly ipam_options?: Readonly<Record<string, string>>;
}

const INDENT = 5;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const ID_LENGTH = 64;

/** The file of a network. */
export function formatNetwork(record: NetworkRecord): string {
  return `${JSON.stringify(inOrder(record), null, INDENT)}\n`;
}

/** Its keys in Podman's order; what is empty is left out as Podman does. */
export function inOrder(record: NetworkRecord): NetworkRecord {
  const { name, id, driver, network_interface, created, subnets, routes, ipv6_enabled } = record;
  const { internal, dns_enabled, network_dns_servers, labels, options, ipam_options } = record;
  return {
    name,
    id,
    driver,
    ...(network_interface !== undefined && { network_interface }),
    created,
    ...(subnets && subnets.length > 0 && { subnets }),
    ...(routes && routes.length > 0 && { routes }),
    ipv6_enabled,
    internal,
    dns_enabled,
    ...(network_dns_servers && network_dns_servers.length > 0 && { network_dns_servers }),
    ...filled("labels", labels),
    ...filled("options", options),
    ...filled("ipam_options", ipam_options),
  };
}

function filled<K extends string>(
  key: K,
  map: Readonly<Record<string, string>> | undefined,
): Partial<Record<K, Readonly<Record<string, string>>>> {
  if (map === undefined || Object.keys(map).length === 0) return {};
  return { [key]: map } as Partial<Record<K, Readonly<Record<string, string>>>>;
}

/**
 * Parses the text of a network's file. Another program may have written it, so every key is checked.
 * @param fileName without its ending
 * @throws {TspodError} If it is none that can be used: says why.
 */
export function parseNetworkRecord(text: string, fileName: string): NetworkRecord {
  const value = parseObject(text);
  const name = stringOf(value, "name");
  if (name !== fileName)
    throw new TspodError(`network name "${name}" does not match the file name "${fileName}"`);
  if (!NAME.test(name)) throw new TspodError(`network name "${name}" is invalid`);
  const id = stringOf(value, "id");
  if (id.length !== ID_LENGTH)
    throw new TspodError(`invalid network ID "${id}": must be ${ID_LENGTH} characters long`);
  const bridge = interfaceOf(value);
  const serverList = value.network_dns_servers;
  return {
    name,
    id,
    driver: stringOf(value, "driver"),
    ...(bridge !== undefined && { network_interface: bridge }),
    created: typeof value.created === "string" ? value.created : "0001-01-01T00:00:00Z",
    ...(value.subnets !== undefined &&
      value.subnets !== null && { subnets: listOf(value.subnets, "subnets").map(readSubnetEntry) }),
    ...(value.routes !== undefined &&
      value.routes !== null && { routes: listOf(value.routes, "routes").map(readRouteEntry) }),
    ipv6_enabled: value.ipv6_enabled === true,
    internal: value.internal === true,
    dns_enabled: value.dns_enabled === true,
    ...(Array.isArray(serverList) && { network_dns_servers: serverList.map(addressOf) }),
    ...filled("labels", mapOf(value.labels)),
    ...filled("options", mapOf(value.options)),
    ...filled("ipam_options", mapOf(value.ipam_options)),
  };
}

type Json = Readonly<Record<string, unknown>>;

function parseObject(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TspodError("no JSON", { cause });
  }
  if (isObject(value)) return value;
  throw new TspodError("no JSON object");
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringOf(value: Json, key: string): string {
  const text = value[key];
  if (typeof text === "string" && text !== "") return text;
  throw new TspodError(`it has no "${key}"`);
}

/** What the kernel takes as a name: netdevice(7); it stands in the file of a run, between blanks. */
const INTERFACE = /^[^\s/:%\p{C}]{1,15}$/u;

function interfaceOf({ network_interface: name }: Json): string | undefined {
  if (typeof name !== "string" || name === "") return undefined;
  if (INTERFACE.test(name) && name !== "." && name !== "..") return name;
  throw new TspodError(`${JSON.stringify(name)} can't be the name of an interface`);
}

function addressOf(value: unknown): string {
  if (typeof value === "string" && readAddress(value) !== undefined) return value;
  throw new TspodError(`${JSON.stringify(value)} is no IP address`);
}

function subnetOf(value: Json, key: string): string {
  const text = stringOf(value, key);
  if (readSubnet(text) !== undefined) return text;
  throw new TspodError(`${JSON.stringify(text)} is no subnet`);
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TspodError(`"${key}" is no list`);
}

function mapOf(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

function readSubnetEntry(value: unknown): NetworkSubnet {
  if (!isObject(value)) throw new TspodError('an entry of "subnets" is no object');
  const { gateway, lease_range: range } = value;
  return {
    subnet: subnetOf(value, "subnet"),
    ...(typeof gateway === "string" && gateway !== "" && { gateway: addressOf(gateway) }),
    ...(isObject(range) && {
      lease_range: {
        ...(typeof range.start_ip === "string" && { start_ip: addressOf(range.start_ip) }),
        ...(typeof range.end_ip === "string" && { end_ip: addressOf(range.end_ip) }),
      },
    }),
  };
}

function readRouteEntry(value: unknown): NetworkRoute {
  if (!isObject(value)) throw new TspodError('an entry of "routes" is no object');
  return {
    destination: subnetOf(value, "destination"),
    gateway: addressOf(value.gateway),
    ...(typeof value.metric === "number" && { metric: value.metric }),
  };
}
