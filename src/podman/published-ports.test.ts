import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePortQuery, publishedPorts } from "./published-ports.ts";

test("ranges are taken apart, no address is all addresses", () => {
  assert.deepEqual(
    publishedPorts([
      { hostIp: "", hostPort: 8080, containerPort: 80, range: 2, protocol: "tcp" },
      { hostIp: "127.0.0.1", hostPort: 53, containerPort: 53, range: 1, protocol: "udp" },
    ]),
    [
      { port: "80/tcp", address: "0.0.0.0:8080" },
      { port: "81/tcp", address: "0.0.0.0:8081" },
      { port: "53/udp", address: "127.0.0.1:53" },
    ],
  );
});

for (const [text, expected] of [
  ["80", "80/tcp"],
  ["080", "80/tcp"],
  ["80/udp", "80/udp"],
  ["80/xyz", "80/xyz"],
] as const)
  test(`parsePortQuery(${text})`, () => assert.equal(parsePortQuery(text), expected));

for (const text of ["abc", "", "-1", "8 0"])
  test(`${JSON.stringify(text)} is no port`, () =>
    assert.throws(() => parsePortQuery(text), /strconv\.ParseUint: parsing ".*": invalid syntax/));
