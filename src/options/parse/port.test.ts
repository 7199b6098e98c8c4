import assert from "node:assert/strict";
import { test } from "node:test";
import { mergePorts, parseExpose, parsePublish } from "./port.ts";

for (const [text, hostIp, hostPort, containerPort, range, protocol] of [
  ["80", "", 0, 80, 1, "tcp"],
  [":80", "", 0, 80, 1, "tcp"],
  ["8080:80", "", 8080, 80, 1, "tcp"],
  ["8080:80/udp", "", 8080, 80, 1, "udp"],
  ["127.0.0.1:8080:80", "127.0.0.1", 8080, 80, 1, "tcp"],
  ["127.0.0.1::80", "127.0.0.1", 0, 80, 1, "tcp"],
  ["0.0.0.0:8080:80", "", 8080, 80, 1, "tcp"],
  ["9000-9002:8000-8002", "", 9000, 8000, 3, "tcp"],
  ["80-82", "", 0, 80, 3, "tcp"],
  ["[::1]:8080:80", "::1", 8080, 80, 1, "tcp"],
  ["[::1]::80", "::1", 0, 80, 1, "tcp"],
  ["80:80/SCTP", "", 80, 80, 1, "sctp"],
] as const) {
  test(`parsePublish("${text}")`, () => {
    assert.deepEqual(parsePublish(text), { hostIp, hostPort, containerPort, range, protocol });
  });
}

const FORMAT = "invalid port format - format is [[hostIP:]hostPort:]containerPort";
for (const [text, message] of [
  ["abc", 'parsing container port: invalid port number: strconv.Atoi: parsing "abc": invalid syntax'],
  ["70000:80", "parsing host port: port numbers must be between 1 and 65535 (inclusive), got 70000"],
  ["0:80", "parsing host port: port numbers must be between 1 and 65535 (inclusive), got 0"],
  ["8080:0", "parsing container port: port numbers must be between 1 and 65535 (inclusive), got 0"],
  ["80-82:80-81", "host and container port ranges have different lengths: 3 vs 2"],
  [
    "82-80",
    "parsing container port: the end port of a range must be higher than the start port - 80 is not higher than 82",
  ],
  ["8080:80/foo", 'unrecognized protocol "foo" in port mapping'],
  ["1.2.3:80:80", 'cannot parse "1.2.3" as an IP address'],
  ["a:b:c:d", FORMAT],
  ["::1:80:80", FORMAT],
  ["[::1:80:80", FORMAT],
  ["[::1]:80", FORMAT],
  ["8080:", "must provide a non-empty container port to publish"],
] as const) {
  test(`parsePublish("${text}") fails`, () => assert.throws(() => parsePublish(text), { message }));
}

test("parseExpose() counts a range", () => {
  assert.deepEqual(parseExpose("80-81/udp"), [
    { port: 80, protocol: "udp" },
    { port: 81, protocol: "udp" },
  ]);
});

test("mergePorts() drops repetitions", () => {
  const ports = ["80:80", "80:80", "80:80/udp", "1", "1"].map(parsePublish);
  assert.equal(mergePorts(ports).length, 4);
});

test("mergePorts() refuses one host port for two container ports", () => {
  assert.throws(() => mergePorts(["80:80", "79-81:1-3"].map(parsePublish)), {
    message: "conflicting port mappings for host port 79 (protocol tcp)",
  });
});
