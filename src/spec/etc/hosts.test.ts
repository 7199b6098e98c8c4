import assert from "node:assert/strict";
import { test } from "node:test";
import { type HostsFacts, hostsFile } from "./hosts.ts";

const FACTS: HostsFacts = {
  addHost: [],
  base: "# my laptop\n127.0.0.1 localhost laptop # here\n\n10.9.9.9\tdb  db.example\n",
  hostAddress: "192.0.2.2",
  own: [{ address: "10.0.2.100", names: ["b6c35cc6dc3a", "quirky_curie"] }],
};

for (const [name, facts, expected] of [
  [
    "an ordinary container",
    {},
    "127.0.0.1\tlocalhost laptop\n10.9.9.9\tdb db.example\n192.0.2.2\thost.containers.internal host.docker.internal\n10.0.2.100\tb6c35cc6dc3a quirky_curie\n",
  ],
  [
    "--add-host goes before the host's file",
    { addHost: ["db;cache:1.2.3.4", "gw:host-gateway"], base: FACTS.base },
    "1.2.3.4\tdb cache\n192.0.2.2\tgw\n127.0.0.1\tlocalhost laptop\n10.9.9.9\tdb.example\n192.0.2.2\thost.containers.internal host.docker.internal\n10.0.2.100\tb6c35cc6dc3a quirky_curie\n",
  ],
  [
    "an empty base",
    { base: "" },
    "127.0.0.1\tlocalhost\n::1\tlocalhost\n192.0.2.2\thost.containers.internal host.docker.internal\n10.0.2.100\tb6c35cc6dc3a quirky_curie\n",
  ],
] as const) {
  test(`hostsFile(): ${name}`, () => assert.equal(hostsFile({ ...FACTS, ...facts }), expected));
}
