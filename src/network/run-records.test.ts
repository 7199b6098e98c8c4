import assert from "node:assert/strict";
import { test } from "node:test";
import type { AttachedNetwork } from "./attached-network.ts";
import type { NetworkRecord } from "./record.ts";
import { runRecords } from "./run-records.ts";

const record = (name: string, subnet: string, options: Record<string, string> = {}): NetworkRecord => ({
  name,
  id: name.padEnd(64, "0"),
  driver: "bridge",
  network_interface: `br-${name}`,
  created: "",
  subnets: [{ subnet }],
  ipv6_enabled: false,
  internal: false,
  dns_enabled: true,
  options,
});

const attached = (name: string, ip: string, change: Partial<AttachedNetwork> = {}): AttachedNetwork => ({
  name,
  id: name.padEnd(64, "0"),
  interface: "eth0",
  mac: "02:00:00:00:00:01",
  bridge: `br-${name}`,
  internal: false,
  dns: true,
  dnsServers: [],
  mtu: 65520,
  addresses: [{ ip, subnet: "10.7.0.0/24", prefix: 24, gateway: "10.7.0.1" }],
  names: ["web", "0123456789ab"],
  aliases: [],
  routes: [],
  isDefault: false,
  ...change,
});

const NOTHING = { forwards: [], servers: [], all: [] };

test("a network's words, in the order that the monitor needs none of", () => {
  const network = attached("a", "10.7.0.2", {
    isDefault: true,
    routes: [{ destination: "10.1.0.0/16", gateway: "10.7.0.9" }],
  });
  assert.equal(
    runRecords({ ...NOTHING, networks: [network], servers: ["9.9.9.9"] }),
    "bridge a bridge=br-a mtu=65520 internal=0 dns=1 gateway=10.7.0.1/24 interface=eth0 mac=02:00:00:00:00:01 " +
      "address=10.7.0.2/24 default=10.7.0.1 route=10.1.0.0/16,10.7.0.9 name=web name=0123456789ab server=9.9.9.9\n",
  );
});

test("ports lead to the network that leads out", () => {
  const forwards = [{ protocol: "tcp", hostIp: "", hostPort: 8080, containerPort: 80 }];
  const networks = [attached("a", "10.7.0.2"), attached("b", "10.8.0.2", { isDefault: true })];
  assert.match(
    runRecords({ ...NOTHING, networks, forwards }),
    /^forward tcp 0\.0\.0\.0 8080 10\.8\.0\.2 80$/m,
  );
});

test("ports lead to an address of IPv4 where there is one; those of udp to no other", () => {
  const forward = { hostIp: "::1", hostPort: 8080, containerPort: 80 };
  const six = attached("a", "fd00::2");
  const lines = (networks: AttachedNetwork[], protocol: string) =>
    runRecords({ ...NOTHING, networks, forwards: [{ protocol, ...forward }] });
  assert.match(lines([six, attached("b", "10.8.0.2")], "tcp"), /^forward tcp ::1 8080 10\.8\.0\.2 80$/m);
  assert.match(lines([six], "tcp"), /^forward tcp ::1 8080 fd00::2 80$/m);
  assert.throws(() => lines([six], "udp"), {
    message: /^cannot publish port 8080\/udp: slirp4netns forwards/,
  });
});

test("isolation: between isolated networks, and of a strict one from all", () => {
  const all = [
    record("a", "10.7.0.0/24", { isolate: "true" }),
    record("b", "10.8.0.0/24", { isolate: "true" }),
    record("c", "10.9.0.0/24"),
    record("d", "10.10.0.0/24", { isolate: "strict" }),
  ];
  const apart = (name: string) =>
    [
      ...runRecords({ ...NOTHING, networks: [attached(name, "10.7.0.2")], all }).matchAll(
        /isolate=([^,]+),/g,
      ),
    ].map(([, bridge]) => bridge);
  assert.deepEqual(apart("a"), ["br-b", "br-d"]);
  assert.deepEqual(apart("c"), ["br-d"]);
  assert.deepEqual(apart("d"), ["br-a", "br-b", "br-c"]);
});
