import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleOptions } from "../../../../test/fixtures/run-example.ts";
import { TspodError } from "../../../errors.ts";
import { parseDigest } from "../../../oci/digest.ts";
import type { LogOptions } from "../../../options/create-options.ts";
import { logRecord } from "./log-plan.ts";

const ID = "0123456789ab".padEnd(64, "0");
const record = (log: LogOptions) => ({
  id: ID,
  name: "web",
  image: {
    id: parseDigest(`sha256:${"c".repeat(64)}`),
    digest: parseDigest(`sha256:${"d".repeat(64)}`),
    name: "quay.io/a/b:1",
  },
  options: { ...exampleOptions, log },
});

for (const [name, log, expected] of [
  ["k8s-file", { driver: "k8s-file" }, ["k8s-file", "/log", "0"]],
  [
    "k8s-file with a path and a limit",
    { driver: "k8s-file", path: "/p", maxSize: 9 },
    ["k8s-file", "/p", "9"],
  ],
  ["json-file", { driver: "json-file", maxFile: 3 }, ["json-file", "/log", "0", "3"]],
  ["none", { driver: "none", path: "/p" }, ["none"]],
  ["passthrough", { driver: "passthrough" }, ["none"]],
] as const)
  test(`logRecord(): ${name}`, () => assert.deepEqual(logRecord(record(log), "/log"), ["log", ...expected]));

const fields = (tag?: string) =>
  logRecord(record({ driver: "journald", ...(tag !== undefined && { tag }) }), "/log").slice(2);

test("logRecord(): journald, conmon's fields", () =>
  assert.deepEqual(fields(), [
    `CONTAINER_ID_FULL=${ID}`,
    "CONTAINER_ID=0123456789ab",
    "CONTAINER_NAME=web",
    "IMAGE_NAME=quay.io/a/b:1",
    "SYSLOG_IDENTIFIER=web",
  ]));

test("logRecord(): journald, a tag is also what syslog's readers see", () =>
  assert.deepEqual(fields("a{{.ImageName}}-{{ .Name }}").slice(3), [
    "CONTAINER_TAG=aquay.io/a/b:1-web",
    "IMAGE_NAME=quay.io/a/b:1",
    "SYSLOG_IDENTIFIER=aquay.io/a/b:1-web",
  ]));

test("logRecord(): a tag with a field that there isn't", () =>
  assert.throws(
    () => fields("{{.Nonsense}}"),
    new TspodError('--log-opt tag: no field "Nonsense": there are ID, Id, Name, ImageName, Image'),
  ));
