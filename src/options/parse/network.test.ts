import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddHost, parseDns, parseDnsSearch, parseNetworks } from "./network.ts";

for (const [texts, expected] of [
  [[], { kind: "slirp4netns", options: {} }],
  [["private"], { kind: "slirp4netns", options: {} }],
  [
    ["slirp4netns:mtu=1500,allow_host_loopback=true,cidr=10.1.0.0/24"],
    { kind: "slirp4netns", options: { mtu: 1500, allowHostLoopback: true, cidr: "10.1.0.0/24" } },
  ],
  [["none"], { kind: "none" }],
  [["container:web"], { kind: "container", container: "web" }],
  [["ns:/run/netns/a"], { kind: "path", path: "/run/netns/a" }],
  [
    ["one:ip=10.0.0.5,alias=db", "two"],
    {
      kind: "bridge",
      networks: [
        { name: "one", ips: ["10.0.0.5"], aliases: ["db"] },
        { name: "two", ips: [], aliases: [] },
      ],
    },
  ],
] as const) {
  test(`parseNetworks(${JSON.stringify(texts)})`, () => assert.deepEqual(parseNetworks(texts), expected));
}

for (const [texts, message] of [
  [["slirp4netns:foo=1"], 'unknown option for slirp4netns: "foo=1"'],
  [["slirp4netns:mtu=x"], 'invalid mtu "x"'],
  [["slirp4netns:allow_host_loopback=x"], 'invalid value of allow_host_loopback for slirp4netns: "x"'],
  [
    ["none", "host"],
    "cannot set multiple networks without bridge network mode, selected mode none: invalid argument",
  ],
  [
    ["one", "host"],
    "can only set extra network names, selected mode host conflicts with bridge: invalid argument",
  ],
  [["bridge:x"], "unknown bridge network option: x"],
  [["bridge:mac=zz"], "address zz: invalid MAC address"],
] as const) {
  test(`parseNetworks(${JSON.stringify(texts)}) fails`, () =>
    assert.throws(() => parseNetworks(texts), { message }));
}

for (const [option, message] of [
  ["ip=zz", 'invalid ip address "zz"'],
  ["ip=10.1.1.1,mac=q", "address q: invalid MAC address"],
  ["alias=", "alias cannot be empty"],
  ["interface_name=", "interface_name cannot be empty"],
] as const)
  test(`parseNetworks("one:${option}") names the network`, () =>
    assert.throws(
      () => parseNetworks([`one:${option}`]),
      (error: Error) =>
        error.message === "invalid option for network one" && (error.cause as Error).message === message,
    ));

for (const text of ["a:1.2.3.4", "a;b:::1", "a:host-gateway"]) {
  test(`parseAddHost("${text}")`, () => assert.equal(parseAddHost(text), text));
}
for (const [text, message] of [
  ["foo", 'bad format for add-host: "foo"'],
  ["foo:", 'invalid IP address in add-host: ""'],
  ["foo:bar", 'invalid IP address in add-host: "bar"'],
] as const) {
  test(`parseAddHost("${text}") fails`, () => assert.throws(() => parseAddHost(text), { message }));
}

test("parseDns() takes addresses, or none alone", () => {
  assert.deepEqual(parseDns(["1.1.1.1", "fe80::1%eth0"]), ["1.1.1.1", "fe80::1%eth0"]);
  assert.throws(() => parseDns(["bogus"]), { message: "bogus is not an ip address" });
  assert.throws(() => parseDns(["none", "1.1.1.1"]), {
    message: "none is not allowed to be specified with other DNS ip addresses",
  });
});

test("parseDnsSearch() takes domains", () => {
  assert.deepEqual(parseDnsSearch([".", "a.example"]), [".", "a.example"]);
  assert.throws(() => parseDnsSearch(["a b"]), { message: "a b is not a valid domain" });
});
