import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readSubnet } from "./address.ts";
import { defaultNetwork } from "./default-network.ts";
import { type NetworkFacts, type NetworkRequest, newNetwork, ORDINARY_REQUEST } from "./new-network.ts";
import { NETWORK_SETTINGS } from "./settings.ts";

function subnets(...texts: string[]) {
  return texts.map(readSubnet).filter((subnet) => subnet !== undefined);
}

const FACTS: NetworkFacts = {
  networks: [
    defaultNetwork(NETWORK_SETTINGS),
    {
      ...defaultNetwork(NETWORK_SETTINGS),
      name: "podman1",
      network_interface: "podman1",
      subnets: [{ subnet: "10.89.0.0/24" }],
    },
  ],
  hostSubnets: subnets("192.168.1.0/24", "10.89.1.0/24"),
  hostInterfaces: ["lo", "eth0", "podman2"],
  settings: NETWORK_SETTINGS,
  now: "2026-01-02T03:04:05.000000000Z",
  id: "ab".repeat(32),
};

const make = (request: Partial<NetworkRequest>, facts: Partial<NetworkFacts> = {}) =>
  newNetwork({ ...ORDINARY_REQUEST, ...request }, { ...FACTS, ...facts });

test("name, bridge and subnet: the first that are free", () => {
  const made = make({});
  assert.equal(made.name, "podman3");
  assert.equal(made.network_interface, "podman3");
  assert.deepEqual(made.subnets, [{ subnet: "10.89.2.0/24", gateway: "10.89.2.1" }]);
  assert.equal(made.dns_enabled, true);
});

test("a bridge, and a parent, with names of their own lend the network none", () => {
  assert.equal(make({ interfaceName: "br-x" }).name, "podman3");
  assert.equal(make({ driver: "macvlan", options: { parent: "eth0" } }).name, "podman3");
});

test("a pool that a route takes as a whole is passed over", () => {
  const { subnets: chosen } = make({}, { hostSubnets: subnets("10.89.0.0/16", "10.90.0.0/16") });
  assert.deepEqual(chosen, [{ subnet: "10.91.0.0/24", gateway: "10.91.0.1" }]);
  assert.throws(
    () => make({}, { hostSubnets: subnets("10.0.0.0/8") }),
    /could not find free subnet from subnet pools/,
  );
});

test("both families, whichever is given", () => {
  const both = make({ ipv6: true }).subnets ?? [];
  assert.match(both[0]?.subnet ?? "", /^10\.89\.2\.0\/24$/);
  assert.match(both[1]?.subnet ?? "", /^fd[0-9a-f]{2}:[0-9a-f:]+::\/64$/);
  const six = make({ subnets: ["fd00:1::/64"] });
  assert.deepEqual(six.subnets, [{ subnet: "fd00:1::/64", gateway: "fd00:1::1" }]);
  assert.equal(six.ipv6_enabled, true);
  assert.equal(make({ ipv6: true, subnets: ["fd00:1::/64"] }).subnets?.length, 2);
});

test("gateway, range and routes", () => {
  const made = make({
    subnets: ["10.7.1.9/24", "10.8.0.0/24"],
    gateways: ["10.7.1.254"],
    ranges: ["10.7.1.128/25", "10.8.0.10-10.8.0.20"],
    routes: ["10.1.0.0/16,10.7.1.3,50"],
  });
  assert.deepEqual(made.subnets, [
    {
      subnet: "10.7.1.0/24",
      gateway: "10.7.1.254",
      lease_range: { start_ip: "10.7.1.129", end_ip: "10.7.1.255" },
    },
    {
      subnet: "10.8.0.0/24",
      gateway: "10.8.0.1",
      lease_range: { start_ip: "10.8.0.10", end_ip: "10.8.0.20" },
    },
  ]);
  assert.deepEqual(made.routes, [{ destination: "10.1.0.0/16", gateway: "10.7.1.3", metric: 50 }]);
  assert.deepEqual(make({ internal: true, dns: false, subnets: ["10.7.1.0/24"] }).subnets, [
    { subnet: "10.7.1.0/24" },
  ]);
});

test("options of Docker's and of ours", () => {
  const made = make({
    options: {
      "com.docker.network.driver.mtu": "1400",
      isolate: "1",
      "com.docker.network.bridge.name": "br-x",
    },
  });
  assert.deepEqual(made.options, { mtu: "1400", isolate: "true" });
  assert.equal(made.network_interface, "br-x");
});

describe("what can't be", () => {
  for (const [what, request, message] of [
    ["a taken name", { name: "podman1" }, /^network name podman1 already used: network already exists$/],
    ["a bad name", { name: "a b" }, /^network name a b invalid: names must match/],
    ["a mode's name", { name: "host" }, /conflicts with a valid network mode$/],
    ["a driver", { driver: "overlay" }, /^failed to find driver or plugin "overlay"$/],
    [
      "another network's subnet",
      { subnets: ["10.88.1.0/24"] },
      /^subnet 10\.88\.1\.0\/24 is already used on the host or by another config$/,
    ],
    ["the host's subnet", { subnets: ["192.168.0.0/16"] }, /already used on the host/],
    ["slirp4netns's own", { subnets: ["10.0.2.0/24"] }, /already used on the host/],
    ["one subnet twice", { subnets: ["10.7.0.0/24", "10.7.0.0/16"] }, /already used on the host/],
    ["no subnet", { subnets: ["10.7.0.0"] }, /^invalid CIDR address: 10\.7\.0\.0$/],
    [
      "a gateway elsewhere",
      { subnets: ["10.7.0.0/24"], gateways: ["10.8.0.1"] },
      /^gateway 10\.8\.0\.1 not in subnet 10\.7\.0\.0\/24$/,
    ],
    ["a gateway without subnet", { gateways: ["10.8.0.1"] }, /^cannot set gateway or range without subnet$/],
    [
      "too many gateways",
      { subnets: ["10.7.0.0/24"], gateways: ["10.7.0.1", "10.7.0.2"] },
      /^cannot set more gateways than subnets$/,
    ],
    [
      "too many ranges",
      { subnets: ["10.7.0.0/24"], ranges: ["10.7.0.0/25", "10.7.0.128/25"] },
      /^cannot set more ranges than subnets$/,
    ],
    [
      "a range elsewhere",
      { subnets: ["10.7.0.0/24"], ranges: ["10.9.0.0/25"] },
      /^lease range start ip 10\.9\.0\.1 not in subnet 10\.7\.0\.0\/24$/,
    ],
    ["a bridge in use", { interfaceName: "podman1" }, /^bridge name podman1 already in use$/],
    ["a long bridge name", { interfaceName: "a23456789012345x" }, /names must be 15 characters or less/],
    ["an unknown option", { options: { color: "red" } }, /^unsupported bridge network option color$/],
    ["an mtu", { options: { mtu: "big" } }, /^mtu "big" is no number/],
    ["isolate", { options: { isolate: "maybe" } }, /^failed to parse "isolate" option: "maybe"/],
    ["a VLAN", { options: { vlan: "7" } }, /can't be had without root/],
    [
      "a parent",
      { driver: "macvlan", options: { parent: "eth9" } },
      /^parent interface eth9 does not exist$/,
    ],
    ["a macvlan's mode", { driver: "macvlan", options: { mode: "fast" } }, /^unknown macvlan mode "fast"$/],
    [
      "name servers for no names",
      { dns: false, dnsServers: ["9.9.9.9"] },
      /^cannot set NetworkDNSServers if DNS is not enabled for the network: invalid argument$/,
    ],
    [
      "a name server",
      { dnsServers: ["nine"] },
      /^unable to parse ip nine specified in NetworkDNSServers: invalid argument$/,
    ],
    ["a route", { routes: ["10.1.0.0/16"] }, /^invalid route: 10\.1\.0\.0\/16: /],
  ] as const) {
    test(what, () => assert.throws(() => make(request as Partial<NetworkRequest>), { message }));
  }
});
