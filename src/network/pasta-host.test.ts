import assert from "node:assert/strict";
import { test } from "node:test";
import { hostAddresses, pastaHostAddress, pastaNameserver, pastaOwnAddress } from "./pasta-host.ts";

const HOST = { all: ["192.0.2.2", "10.1.1.1"], taken: "192.0.2.2" };

for (const [words, host, expected] of [
  [[], HOST, "10.1.1.1"],
  [[], { ...HOST, all: ["192.0.2.2"] }, undefined],
  [["-a", "10.9.9.9"], HOST, "192.0.2.2"],
  [["--address=10.9.9.9/24"], HOST, "192.0.2.2"],
  [["--map-guest-addr", "169.254.1.2"], HOST, "169.254.1.2"],
  [["--map-guest-addr=none"], HOST, undefined],
] as const) {
  test(`pastaHostAddress(${JSON.stringify(words)}) on a host with ${host.all}`, () =>
    assert.equal(pastaHostAddress(words, host), expected));
}

test("hostAddresses(): without a default route pasta takes no address", () => {
  assert.equal(hostAddresses("Iface\tDestination\n").taken, undefined);
});

for (const [words, own, nameserver] of [
  [["--dns-forward", "169.254.1.1"], "192.0.2.2", "169.254.1.1"],
  [["-a", "10.9.9.9/24", "--dns-forward=198.51.100.1"], "10.9.9.9", "198.51.100.1"],
  [["--dns-forward", "none"], "192.0.2.2", undefined],
] as const) {
  test(`the container's address and name server with ${words.join(" ")}`, () => {
    assert.equal(pastaOwnAddress(words, HOST.taken), own);
    assert.equal(pastaNameserver(words), nameserver);
  });
}
