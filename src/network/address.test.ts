import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  contains,
  firstHost,
  formatAddress,
  formatSubnet,
  intersects,
  lastAddress,
  lastHost,
  nextSubnet,
  readAddress,
  readSubnet,
  type Subnet,
} from "./address.ts";

function subnet(text: string): Subnet {
  const read = readSubnet(text);
  assert.ok(read, text);
  return read;
}

describe("addresses are read, and written as the kernel does", () => {
  for (const [text, written] of [
    ["10.89.0.2", "10.89.0.2"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["FD00:0:0:1:0:0:0:A", "fd00:0:0:1::a"],
    ["fd00::1:0:0:1", "fd00::1:0:0:1"],
    ["1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
  ] as const) {
    test(text, () => {
      const address = readAddress(text);
      assert.equal(address && formatAddress(address), written);
    });
  }
});

describe("what is no address", () => {
  for (const text of [
    "",
    "10.89.0",
    "10.89.0.256",
    "01.2.3.4",
    "1.2.3.4.5",
    "::1::",
    "1:2:3:4:5:6:7",
    "fd00:::1",
    "1:2:3:4:5:6:7:8:9",
    "fd00::g",
    "1.2.3.4:5::",
  ]) {
    test(JSON.stringify(text), () => assert.equal(readAddress(text), undefined));
  }
});

test("a subnet is normalised", () => {
  assert.equal(formatSubnet(subnet("10.1.2.3/24")), "10.1.2.0/24");
  assert.equal(formatSubnet(subnet("fd00::1:2/64")), "fd00::/64");
  assert.equal(formatSubnet(subnet("10.1.2.3/0")), "0.0.0.0/0");
  for (const text of ["10.1.2.3", "10.1.2.3/33", "fd00::/129", "10.1.2.3/", "/24", "10.1.2.3/-1"])
    assert.equal(readSubnet(text), undefined, text);
});

test("its ends", () => {
  const of = (text: string) =>
    [firstHost, lastHost, lastAddress].map((end) => formatAddress(end(subnet(text))));
  assert.deepEqual(of("10.1.2.0/24"), ["10.1.2.1", "10.1.2.254", "10.1.2.255"]);
  assert.deepEqual(of("10.1.2.0/31"), ["10.1.2.0", "10.1.2.1", "10.1.2.1"]);
  assert.deepEqual(of("10.1.2.7/32"), ["10.1.2.7", "10.1.2.7", "10.1.2.7"]);
  assert.deepEqual(of("fd00::/64"), ["fd00::1", "fd00::ffff:ffff:ffff:ffff", "fd00::ffff:ffff:ffff:ffff"]);
});

test("which subnets meet, and which comes next", () => {
  assert.ok(intersects(subnet("10.0.0.0/8"), subnet("10.89.0.0/24")));
  assert.ok(intersects(subnet("10.89.0.0/24"), subnet("10.0.0.0/8")));
  assert.ok(!intersects(subnet("10.89.0.0/24"), subnet("10.89.1.0/24")));
  assert.ok(!intersects(subnet("0.0.0.0/0"), subnet("::/0")));
  assert.ok(contains(subnet("10.89.0.0/24"), { family: 4, value: 0x0a5900ffn }));
  const next = nextSubnet(subnet("10.89.255.0/24"));
  assert.equal(next && formatSubnet(next), "10.90.0.0/24");
  assert.equal(nextSubnet(subnet("255.255.255.0/24")), undefined);
});
