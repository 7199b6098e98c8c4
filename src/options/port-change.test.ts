import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePublish } from "./parse/port.ts";
import { eachPort, joinPorts, portMatcher } from "./port-change.ts";

const published = ["8080-8082:80-82", "127.0.0.1:9000:80", "5353:53/udp"].map(parsePublish);
const left = (text: string) =>
  joinPorts(eachPort(published).filter((port) => !portMatcher(text)(port))).map(
    ({ hostIp, hostPort, containerPort, range, protocol }) =>
      `${hostIp}:${hostPort}:${containerPort}*${range}/${protocol}`,
  );
const [range, own, udp] = [":8080:80*3/tcp", "127.0.0.1:9000:80*1/tcp", ":5353:53*1/udp"];

test("which ports a text means", () => {
  assert.deepEqual(left("81"), [":8080:80*1/tcp", ":8082:82*1/tcp", own, udp]);
  assert.deepEqual(left("80"), [":8081:81*2/tcp", udp]);
  assert.deepEqual(left("8080:80"), [":8081:81*2/tcp", own, udp]);
  assert.deepEqual(left("127.0.0.1:9000:80"), [range, udp]);
  assert.deepEqual(left("53/udp"), [range, own]);
  assert.deepEqual(left("53"), [range, own, udp]);
  assert.deepEqual(left("80-82"), [udp]);
});
