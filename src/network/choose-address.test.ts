import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, readAddress } from "./address.ts";
import { type AddressChoice, chooseAddress } from "./choose-address.ts";
import type { NetworkSubnet } from "./record.ts";

const NET: NetworkSubnet = { subnet: "10.7.0.0/29", gateway: "10.7.0.1" };

function choose(
  entry: NetworkSubnet,
  {
    taken = [],
    ...choice
  }: { taken?: readonly string[]; wanted?: string; before?: string; last?: string } = {},
): string {
  const read = (text: string | undefined) => (text === undefined ? undefined : readAddress(text));
  const request: AddressChoice = {
    wanted: read(choice.wanted),
    before: read(choice.before),
    last: read(choice.last),
    holder: (address) => (taken.includes(address) ? "c".repeat(64) : undefined),
  };
  return formatAddress(chooseAddress(entry, request));
}

test("the first, the next, and round again; never gateway, network or broadcast", () => {
  assert.equal(choose(NET), "10.7.0.2");
  assert.equal(choose(NET, { last: "10.7.0.2" }), "10.7.0.3");
  assert.equal(choose(NET, { last: "10.7.0.6" }), "10.7.0.2");
  assert.equal(choose(NET, { last: "10.7.0.3", taken: ["10.7.0.4", "10.7.0.5"] }), "10.7.0.6");
  assert.equal(choose({ ...NET, gateway: "10.7.0.6" }, { last: "10.7.0.5" }), "10.7.0.1");
});

test("what the container had before stays its own, unless somebody has it now", () => {
  assert.equal(choose(NET, { before: "10.7.0.5", last: "10.7.0.2" }), "10.7.0.5");
  assert.equal(choose(NET, { before: "10.7.0.5", last: "10.7.0.2", taken: ["10.7.0.5"] }), "10.7.0.3");
  assert.equal(choose(NET, { before: "10.9.0.5" }), "10.7.0.2");
});

test("a range, both ends included", () => {
  const range = { ...NET, lease_range: { start_ip: "10.7.0.4", end_ip: "10.7.0.5" } };
  assert.equal(choose(range), "10.7.0.4");
  assert.equal(choose(range, { last: "10.7.0.5" }), "10.7.0.4");
  assert.equal(choose(range, { wanted: "10.7.0.6" }), "10.7.0.6");
  assert.throws(() => choose(range, { taken: ["10.7.0.4", "10.7.0.5"] }), {
    message: "IPAM error: failed to find free IP in range: 10.7.0.4 - 10.7.0.5",
  });
});

test("a network of IPv6 has more addresses than can be counted", () => {
  const six = { subnet: "fd00::/64", gateway: "fd00::1" };
  assert.equal(choose(six), "fd00::2");
  assert.equal(choose(six, { last: "fd00::ffff:ffff:ffff:ffff" }), "fd00::2");
});

test("one that is asked for and taken", () => {
  assert.throws(() => choose(NET, { wanted: "10.7.0.3", taken: ["10.7.0.3"] }), {
    message: `IPAM error: requested ip address 10.7.0.3 is already allocated to container ID ${"c".repeat(64)}`,
  });
});
