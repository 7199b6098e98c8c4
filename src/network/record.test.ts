import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatNetwork, type NetworkRecord, parseNetworkRecord } from "./record.ts";

const NET: NetworkRecord = {
  name: "net",
  id: "ab".repeat(32),
  driver: "bridge",
  network_interface: "podman1",
  created: "2024-05-01T10:00:00.123456789+02:00",
  subnets: [{ subnet: "10.77.9.0/24", gateway: "10.77.9.1", lease_range: { start_ip: "10.77.9.9" } }],
  routes: [{ destination: "10.1.0.0/16", gateway: "10.77.9.3", metric: 5 }],
  ipv6_enabled: false,
  internal: false,
  dns_enabled: true,
  network_dns_servers: ["9.9.9.9"],
  labels: { a: "b" },
  options: { mtu: "1400" },
  ipam_options: { driver: "host-local" },
};

test("a network's file is Podman's: keys in its order, five blanks, nothing that is empty", () => {
  const text = formatNetwork({ ...NET, labels: {}, routes: [] });
  assert.match(text, /^\{\n {5}"name": "net",\n {5}"id": "(?:ab){32}",\n {5}"driver": "bridge",/);
  assert.doesNotMatch(text, /labels|routes/);
  assert.deepEqual(parseNetworkRecord(formatNetwork(NET), "net"), NET);
});

describe("files that are left out", () => {
  const text = (change: object) => JSON.stringify({ ...NET, ...change });
  for (const [what, content, message] of [
    ["no JSON", "{", /^no JSON$/],
    ["a list", "[]", /^no JSON object$/],
    ["null", "null", /^no JSON object$/],
    ["another name", text({ name: "other" }), /^network name "other" does not match the file name "net"$/],
    ["a short ID", text({ id: "ab" }), /must be 64 characters long$/],
    ["no driver", text({ driver: 7 }), /^it has no "driver"$/],
    ["subnets that are none", text({ subnets: {} }), /^"subnets" is no list$/],
    ["a subnet that is none", text({ subnets: [7] }), /^an entry of "subnets" is no object$/],
  ] as const) {
    test(what, () => assert.throws(() => parseNetworkRecord(content, "net"), { message }));
  }
});

describe("what another program wrote is checked before anything is made of it", () => {
  const good = { name: "n", id: "0".repeat(64), driver: "bridge", subnets: [{ subnet: "10.1.0.0/24" }] };
  for (const [what, changed, says] of [
    ["a subnet", { subnets: [{ subnet: "999.1.1.0/99" }] }, /"999\.1\.1\.0\/99" is no subnet/],
    [
      "a gateway",
      { subnets: [{ subnet: "10.1.0.0/24", gateway: "10.1.0.1\nx" }] },
      /"10\.1\.0\.1\\nx" is no IP address/,
    ],
    [
      "a range",
      { subnets: [{ subnet: "10.1.0.0/24", lease_range: { start_ip: "x" } }] },
      /"x" is no IP address/,
    ],
    ["a bridge's name", { network_interface: "a b\nforward tcp" }, /"a b\\nforward tcp" can't be the name/],
    ["a path as that", { network_interface: "../../x" }, /can't be the name of an interface/],
    ["a long one", { network_interface: "a".repeat(16) }, /can't be the name of an interface/],
    ["a route", { routes: [{ destination: "10.2.0.0/16", gateway: "y" }] }, /"y" is no IP address/],
    ["a route's destination", { routes: [{ destination: "y", gateway: "10.1.0.9" }] }, /"y" is no subnet/],
    ["a server", { network_dns_servers: ["1.2.3.4", 5] }, /5 is no IP address/],
  ] as const)
    test(what, () => {
      assert.throws(() => parseNetworkRecord(JSON.stringify({ ...good, ...changed }), "n"), says);
      assert.equal(parseNetworkRecord(JSON.stringify(good), "n").name, "n");
    });
});
