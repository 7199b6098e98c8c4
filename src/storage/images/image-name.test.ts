import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../oci/digest.ts";
import { matchName } from "./image-name.ts";

const digest = sha256("manifest");
const NAMES = [
  "docker.io/library/alpine:latest",
  "localhost/alpine:latest",
  "quay.io/team/app:v1",
  "quay.io/team/app:latest",
  "docker.io/team/tool:latest",
  "localhost:5000/x:latest",
].map((name) => ({ name, digests: [digest] }));

for (const [text, expected, candidates] of [
  ["alpine", "localhost/alpine:latest"],
  ["docker.io/alpine", "docker.io/library/alpine:latest"],
  ["docker.io/library/alpine", "docker.io/library/alpine:latest"],
  ["alpine", "docker.io/library/alpine:latest", ["docker.io/library/alpine:latest"]],
  ["alpine:3", undefined],
  ["app:v1", "quay.io/team/app:v1"],
  ["team/app", "quay.io/team/app:latest"],
  ["eam/app", undefined],
  ["tool", "docker.io/team/tool:latest"],
  ["library/alpine", "docker.io/library/alpine:latest"],
  ["localhost:5000/x", "localhost:5000/x:latest"],
  [`docker.io/library/alpine@${digest}`, "docker.io/library/alpine:latest"],
  [`alpine:3@${digest}`, "localhost/alpine:latest"],
  [`quay.io/other@${digest}`, undefined],
  [`alpine@${sha256("another")}`, undefined],
] as const) {
  test(`matchName(): ${text}${candidates === undefined ? "" : " with candidates"} → ${expected}`, () =>
    assert.equal(matchName(NAMES, text, candidates ?? [])?.name, expected));
}
