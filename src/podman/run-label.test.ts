import assert from "node:assert/strict";
import { test } from "node:test";
import { runLabelArguments } from "./run-label.ts";

const facts = {
  name: "web",
  image: "localhost/site:1",
  variables: { HOME: "/home/me", PWD: "/work dir", OPT1: "-q" },
};

for (const [label, expected] of [
  ["podman run --name NAME IMAGE", ["run", "--name", "web", "localhost/site:1"]],
  [
    "/usr/bin/docker run -e NAME=NAME -e I=IMAGE IMAGE",
    ["run", "-e", "NAME=web", "-e", "I=localhost/site:1", "localhost/site:1"],
  ],
  [`podman run -v /etc/\${NAME}:/x $IMAGE`, ["run", "-v", "/etc/web:/x", "localhost/site:1"]],
  [
    `podman run \${OPT1} \${OPT2} -e H=$HOME IMAGE $NOTHING`,
    ["run", "-q", "-e", "H=/home/me", "localhost/site:1"],
  ],
  ["podman run $NAMES IMAGES", ["run", "IMAGES"]],
  [`podman run 'a b' "c d" e\\ f`, ["run", "a", "b", "c", "d", "e", "f"]],
  [`podman run "'a b'"`, ["run", "a b"]],
] as const)
  test(label, () => assert.deepEqual(runLabelArguments(label, facts), expected));

test("another program is not run", () =>
  assert.throws(() => runLabelArguments("rm -rf /", facts), /calls "rm" on the host/));
test("an empty label calls nothing", () =>
  assert.throws(() => runLabelArguments("", facts), /calls "" on the host/));
test("a quote without an end", () =>
  assert.throws(() => runLabelArguments("podman run 'x", facts), /without an end/));
