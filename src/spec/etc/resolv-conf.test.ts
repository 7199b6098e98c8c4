import assert from "node:assert/strict";
import { test } from "node:test";
import { type ResolvConfFacts, resolvConf, resolvConfAlternatives } from "./resolv-conf.ts";

const FACTS: ResolvConfFacts = {
  host: "# generated\nnameserver 127.0.0.53\nnameserver 10.1.1.1\nnameserver fe80::1\nsearch old\nsearch a.example b.example\noptions edns0 trust-ad\n",
  dns: [],
  search: [],
  options: [],
  helperNameserver: "10.0.2.3",
  ownNetwork: true,
  ipv6: false,
};

for (const [name, facts, expected] of [
  [
    "slirp4netns: its forwarder first, nothing on the host's loopback",
    {},
    "search a.example b.example\nnameserver 10.0.2.3\nnameserver 10.1.1.1\noptions edns0 trust-ad\n",
  ],
  [
    "flags replace",
    { dns: ["1.1.1.1"], search: ["c.example"], options: ["ndots:2"] },
    "search c.example\nnameserver 1.1.1.1\noptions ndots:2\n",
  ],
  [
    "no search",
    { search: ["."], host: "search x\nnameserver 10.1.1.1" },
    "nameserver 10.0.2.3\nnameserver 10.1.1.1\n",
  ],
  [
    "the host's network keeps all",
    { ownNetwork: false, helperNameserver: undefined, host: "nameserver 127.0.0.1\n" },
    "nameserver 127.0.0.1\n",
  ],
  [
    "nothing left",
    { helperNameserver: undefined, host: "nameserver ::1\n" },
    "nameserver 8.8.8.8\nnameserver 8.8.4.4\n",
  ],
] as const) {
  test(`resolvConf(): ${name}`, () => assert.equal(resolvConf({ ...FACTS, ...facts }), expected));
}

for (const [text, expected] of [
  ["nameserver 127.0.0.53\n", ["/run/systemd/resolve/resolv.conf"]],
  ["nameserver 127.0.0.1\n", ["/run/NetworkManager/no-stub-resolv.conf", "/run/systemd/resolve/resolv.conf"]],
  ["nameserver 127.0.0.53\nnameserver 9.9.9.9\n", []],
  ["nameserver 9.9.9.9\n", []],
] as const) {
  test(`resolvConfAlternatives(${JSON.stringify(text)})`, () => {
    assert.deepEqual(resolvConfAlternatives(text), expected);
  });
}
