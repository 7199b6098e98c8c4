import assert from "node:assert/strict";
import { test } from "node:test";
import { toYaml } from "../cli/output/yaml.ts";
import { humanDuration } from "./human-duration.ts";
import { humanSize } from "./human-size.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

for (const [seconds, expected] of [
  [0, "Less than a second"],
  [0.9, "Less than a second"],
  [1.5, "1 second"],
  [59.9, "59 seconds"],
  [60, "About a minute"],
  [119, "About a minute"],
  [120, "2 minutes"],
  [3599, "59 minutes"],
  [HOUR, "About an hour"],
  [1.5 * HOUR, "2 hours"],
  [47 * HOUR, "47 hours"],
  [48 * HOUR, "2 days"],
  [13 * DAY, "13 days"],
  [14 * DAY, "2 weeks"],
  [59 * DAY, "8 weeks"],
  [60 * DAY, "2 months"],
  [729 * DAY, "24 months"],
  [730 * DAY, "2 years"],
] as const) {
  test(`humanDuration(): ${seconds} s`, () => assert.equal(humanDuration(seconds), expected));
}

for (const [bytes, options, expected] of [
  [0, {}, "0B"],
  [999, {}, "999B"],
  [1000, {}, "1kB"],
  [1982324, { digits: 3 }, "1.98MB"],
  [1997969, { digits: 3, separator: " " }, "2 MB"],
  [7864320, { digits: 3, separator: " " }, "7.86 MB"],
  [123456789, {}, "123.5MB"],
] as const) {
  test(`humanSize(): ${bytes}`, () => assert.equal(humanSize(bytes, options), expected));
}

test("toYaml(): as podman info has it", () => {
  const value = {
    host: {
      arch: "amd64",
      cpus: 2,
      list: [],
      maps: [
        { container_id: 0, size: 1 },
        { container_id: 1, size: 2 },
      ],
      log: ["a", "b"],
      nothing: null,
      version: "12",
      text: "x, commit: y",
      lines: "a\nb\n",
    },
    registries: {},
    commit: "",
  };
  assert.equal(
    toYaml(value),
    `host:
  arch: amd64
  cpus: 2
  list: []
  maps:
  - container_id: 0
    size: 1
  - container_id: 1
    size: 2
  log:
  - a
  - b
  nothing: null
  version: "12"
  text: 'x, commit: y'
  lines: |-
    a
    b
registries: {}
commit: ""
`,
  );
});
