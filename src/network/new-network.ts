import { TspodError } from "../errors.ts";
import {
  contains,
  firstHost,
  formatAddress,
  formatSubnet,
  intersects,
  readAddress,
  readSubnet,
  type Subnet,
} from "./address.ts";
import { checkOptions } from "./driver-options.ts";
import { leaseRange } from "./lease-range.ts";
import { HELPER_SUBNET, pickIpv6Subnet, pickSubnet } from "./pick-subnet.ts";
import type { NetworkRecord, NetworkRoute, NetworkSubnet } from "./record.ts";
import type { NetworkSettings } from "./settings.ts";

/** What `network create` asks for, as texts. */
export interface NetworkRequest {
  /** Absent: the first free `podmanN`. */
  readonly name?: string;
  readonly driver: string;
  /** Those of one position belong together. */
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  readonly ranges: readonly string[];
  readonly routes: readonly string[];
  readonly dnsServers: readonly string[];
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly dns: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Name of the bridge; with macvlan and ipvlan of the parent. */
  readonly interfaceName?: string;
  /** host-local, none, dhcp; absent: as fits the driver. */
  readonly ipamDriver?: string;
}

/** What `network create` without flags asks for. */
export const ORDINARY_REQUEST: NetworkRequest = {
  driver: "bridge",
  subnets: [],
  gateways: [],
  ranges: [],
  routes: [],
  dnsServers: [],
  internal: false,
  ipv6: false,
  dns: true,
  labels: {},
  options: {},
};

/** What there is already. */
export interface NetworkFacts {
  readonly networks: readonly NetworkRecord[];
  readonly hostSubnets: readonly Subnet[];
  readonly hostInterfaces: readonly string[];
  readonly settings: NetworkSettings;
  /** RFC 3339 with nanoseconds. */
  readonly now: string;
  /** 64 random hex digits. */
  readonly id: string;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Words of `--network` that mean something else. */
const MODES = ["bridge", "host", "none", "private", "slirp4netns", "pasta", "container", "ns", "default"];
const DRIVERS = ["bridge", "macvlan", "ipvlan"];
/** netdevice(7): IFNAMSIZ, with the NUL. */
const INTERFACE_LENGTH = 15;

/**
 * The network that a request makes, by Podman's rules.
 * @throws {TspodError} If it asks for what can't be, or is taken: in Podman's words.
 */
export function newNetwork(request: NetworkRequest, facts: NetworkFacts): NetworkRecord {
  if (!DRIVERS.includes(request.driver))
    throw new TspodError(`failed to find driver or plugin "${request.driver}"`);
  const isBridge = request.driver === "bridge";
  const name = request.name === undefined ? freeDevice(facts) : checkName(request.name, facts);
  const { options, bridgeName } = checkOptions(request.driver, request.options);
  const chosen = { ...request, interfaceName: request.interfaceName ?? bridgeName };
  const ipam = ipamDriver(request);
  if (request.dnsServers.length > 0 && !request.dns)
    throw new TspodError(
      "cannot set NetworkDNSServers if DNS is not enabled for the network: invalid argument",
    );
  const subnets = ipam === "host-local" ? chooseSubnets(request, facts) : noSubnets(request, ipam);
  return {
    name,
    id: facts.id,
    driver: request.driver,
    ...interfaceOf(chosen, facts),
    created: facts.now,
    subnets,
    routes: request.routes.map(readRoute),
    ipv6_enabled: request.ipv6 || subnets.some(({ subnet }) => subnet.includes(":")),
    internal: request.internal,
    // macvlan and ipvlan have no address of ours that could be asked.
    dns_enabled: isBridge && request.dns && ipam !== "none",
    network_dns_servers: request.dnsServers.map(checkServer),
    labels: request.labels,
    options,
    ipam_options: { driver: ipam },
  };
}

function checkName(name: string, { networks }: NetworkFacts): string {
  if (!NAME.test(name))
    throw new TspodError(
      `network name ${name} invalid: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument`,
    );
  if (MODES.includes(name))
    throw new TspodError(
      `cannot create network with name "${name}" because it conflicts with a valid network mode`,
    );
  if (name.length > 200)
    throw new TspodError(`network name ${name} is longer than 200 characters: invalid argument`);
  if (networks.some((network) => network.name === name))
    throw new TspodError(`network name ${name} already used: network already exists`);
  return name;
}

/**
 * The first `podmanN` that is neither a network, nor a bridge of one, nor an interface of the host. As with
 * Podman it names both the network that has no name and its bridge, so that they are called the same.
 */
function freeDevice({ networks, hostInterfaces }: NetworkFacts): string {
  const taken = networks.flatMap(({ name, network_interface }) => [name, network_interface]);
  for (let number = 1; ; number++) {
    const name = `podman${number}`;
    if (!taken.includes(name) && !hostInterfaces.includes(name)) return name;
  }
}

function interfaceOf(
  { driver, interfaceName }: { driver: string; interfaceName: string | undefined },
  facts: NetworkFacts,
): Pick<NetworkRecord, "network_interface"> {
  const { networks, hostInterfaces } = facts;
  if (driver !== "bridge") return parentOf(interfaceName, hostInterfaces);
  const used = (name: string) =>
    networks.some(({ network_interface }) => network_interface === name) || hostInterfaces.includes(name);
  if (interfaceName === undefined) return { network_interface: freeDevice(facts) };
  const invalid = `network interface name ${interfaceName} invalid: `;
  if (interfaceName.length > INTERFACE_LENGTH) {
    throw new TspodError(
      `${invalid}interface name is too long: interface names must be ${INTERFACE_LENGTH} characters or less: invalid argument`,
    );
  }
  if (/[/:\s]/.test(interfaceName))
    throw new TspodError(
      `${invalid}interface name contains / or : or whitespace characters: invalid argument`,
    );
  if (!NAME.test(interfaceName))
    throw new TspodError(`${invalid}names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument`);
  if (used(interfaceName)) throw new TspodError(`bridge name ${interfaceName} already in use`);
  return { network_interface: interfaceName };
}

function parentOf(
  parent: string | undefined,
  hostInterfaces: readonly string[],
): Pick<NetworkRecord, "network_interface"> {
  if (parent === undefined) return {};
  if (!hostInterfaces.includes(parent)) throw new TspodError(`parent interface ${parent} does not exist`);
  return { network_interface: parent };
}

function ipamDriver({ ipamDriver: asked, driver, subnets }: NetworkRequest): string {
  if (asked === undefined || asked === "")
    return driver === "bridge" || subnets.length > 0 ? "host-local" : "dhcp";
  if (asked === "dhcp" && driver === "bridge")
    throw new TspodError("ipam driver dhcp is not supported for bridge networks: use host-local or none");
  if (["host-local", "none", "dhcp"].includes(asked)) return asked;
  throw new TspodError(`unsupported ipam driver "${asked}"`);
}

function noSubnets({ subnets }: NetworkRequest, ipam: string): NetworkSubnet[] {
  if (subnets.length > 0) throw new TspodError(`${ipam} ipam driver is set but subnets are given`);
  return [];
}

function chooseSubnets(request: NetworkRequest, facts: NetworkFacts): NetworkSubnet[] {
  const { subnets, gateways, ranges } = request;
  if (subnets.length === 0 && (gateways.length > 0 || ranges.length > 0))
    throw new TspodError("cannot set gateway or range without subnet");
  if (gateways.length > subnets.length) throw new TspodError("cannot set more gateways than subnets");
  if (ranges.length > subnets.length) throw new TspodError("cannot set more ranges than subnets");
  const asked: Subnet[] = [];
  const used = usedSubnets(facts);
  for (const text of subnets) asked.push(checkSubnet(text, [...used, ...asked]));
  const all = [...asked, ...addedSubnets(asked, request, { ...facts, hostSubnets: [...used, ...asked] })];
  return all.map((subnet, i) => describe(subnet, { gateway: gateways[i], range: ranges[i], request }));
}

/** Subnets of networks and host, and the one that the shared namespace needs itself. */
function usedSubnets({ networks, hostSubnets }: NetworkFacts): Subnet[] {
  const configured = networks.flatMap(({ subnets = [] }) => subnets.map(({ subnet }) => readSubnet(subnet)));
  return [...configured, readSubnet(HELPER_SUBNET), ...hostSubnets].filter((subnet) => subnet !== undefined);
}

function checkSubnet(text: string, used: readonly Subnet[]): Subnet {
  const subnet = readSubnet(text);
  if (subnet === undefined) throw new TspodError(`invalid CIDR address: ${text}`);
  if (subnet.prefix === 0) throw new TspodError(`subnet ${text} is all addresses: give a smaller one`);
  if (used.some((other) => intersects(other, subnet)))
    throw new TspodError(`subnet ${formatSubnet(subnet)} is already used on the host or by another config`);
  return subnet;
}

/** What the request leaves to us: one of each family that is wanted and not there. */
function addedSubnets(asked: readonly Subnet[], { ipv6 }: NetworkRequest, facts: NetworkFacts): Subnet[] {
  const has = (family: 4 | 6) => asked.some((subnet) => subnet.family === family);
  const added: Subnet[] = [];
  if (!has(4) && (asked.length === 0 || ipv6)) {
    const picked = pickSubnet(facts.settings.pools, facts.hostSubnets);
    if (picked === undefined) throw new TspodError("could not find free subnet from subnet pools");
    added.push(picked);
  }
  if (ipv6 && !has(6)) added.push(pickIpv6Subnet(facts.hostSubnets));
  return added;
}

function describe(
  subnet: Subnet,
  {
    gateway,
    range,
    request,
  }: { gateway: string | undefined; range: string | undefined; request: NetworkRequest },
): NetworkSubnet {
  const wanted = gatewayOf(subnet, gateway, request);
  return {
    subnet: formatSubnet(subnet),
    ...(wanted !== undefined && { gateway: wanted }),
    ...(range !== undefined && range !== "" && { lease_range: leaseRange(range, subnet) }),
  };
}

/** Without names an internal network needs no address of ours. */
function gatewayOf(
  subnet: Subnet,
  text: string | undefined,
  { internal, dns }: NetworkRequest,
): string | undefined {
  if (text === undefined || text === "")
    return internal && !dns ? undefined : formatAddress(firstHost(subnet));
  const address = readAddress(text);
  if (address === undefined) throw new TspodError(`invalid gateway address "${text}"`);
  if (!contains(subnet, address))
    throw new TspodError(`gateway ${text} not in subnet ${formatSubnet(subnet)}`);
  return formatAddress(address);
}

/** `DESTINATION,GATEWAY[,METRIC]` */
function readRoute(text: string): NetworkRoute {
  const [destination = "", gateway = "", metric, ...more] = text.split(",");
  const subnet = readSubnet(destination);
  if (subnet === undefined || more.length > 0 || (metric !== undefined && !/^\d{1,9}$/.test(metric)))
    throw new TspodError(
      `invalid route: ${text}: it is DESTINATION,GATEWAY[,METRIC], such as 10.1.0.0/16,10.89.0.254`,
    );
  if (readAddress(gateway) === undefined)
    throw new TspodError(`invalid route: ${text}: "${gateway}" is no address`);
  return {
    destination: formatSubnet(subnet),
    gateway,
    ...(metric !== undefined && { metric: Number(metric) }),
  };
}

function checkServer(text: string): string {
  if (readAddress(text) === undefined) {
    throw new TspodError(`unable to parse ip ${text} specified in NetworkDNSServers: invalid argument`);
  }
  return text;
}
