import assert from "node:assert/strict";
import { test } from "node:test";
import { graphDot, graphText } from "./draw-graph.ts";
import { graphSvg } from "./draw-picture.ts";
import type { GraphNetwork } from "./graph.ts";

const FRONT: GraphNetwork = {
  name: "front",
  subnets: ["10.7.0.0/24"],
  internal: false,
  reaches: ["other"],
  members: [
    {
      container: "web",
      id: "1",
      addresses: ["10.7.0.2"],
      names: ["web", "shop"],
      ports: ["0.0.0.0:80->80/tcp"],
    },
    { container: "worker", id: "2", addresses: ["10.7.0.3"], names: ["worker"], ports: [], egress: [] },
  ],
};
const NETWORKS: readonly GraphNetwork[] = [
  FRONT,
  { name: "inner", subnets: ["10.8.0.0/24"], internal: true, reaches: [], members: [] },
];

test("for people", () => {
  assert.deepEqual(graphText(NETWORKS), [
    "front  10.7.0.0/24",
    "  web     10.7.0.2  also shop  0.0.0.0:80->80/tcp",
    "  worker  10.7.0.3  only to this network",
    "  reaches: the way out; by address other",
    "",
    "inner  10.8.0.0/24",
    "  reaches: nothing beyond it (internal)",
  ]);
});

test("for dot(1)", () => {
  const lines = graphDot(NETWORKS);
  assert.ok(lines.includes('  "web" -- "net front" [label="10.7.0.2"]'));
  assert.ok(lines.includes('  "host" -- "web" [label="0.0.0.0:80->80/tcp"]'));
  assert.ok(lines.includes('  "net front" -- "net other" [style=dashed]'));
});

test("a picture is well-formed: nothing of a name is markup", () => {
  const text = graphSvg(NETWORKS).join("\n");
  assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(text, /80-&gt;80\/tcp/);
  assert.equal(text.match(/<text/g)?.length, text.match(/<\/text>/g)?.length);
});

test("a picture has a line from each container to its network, with address and names, and to the host", () => {
  const lines = graphSvg([...NETWORKS, { ...FRONT, name: "other", reaches: ["front"], members: [] }]);
  assert.equal(lines.filter((line) => line.includes("<polyline")).length, 3);
  assert.equal(lines.filter((line) => line.includes("stroke-dasharray")).length, 1);
  for (const words of ["10.7.0.2  web, shop", "10.7.0.3  worker", "only to its network", "host"])
    assert.ok(
      lines.some((line) => line.includes(`>${words}</text>`)),
      words,
    );
  // A line ends at the box that it belongs to: the second member at the network's second row.
  const ends = lines.flatMap((line) => line.match(/points=".* (\d+,\d+)"/)?.[1] ?? []);
  const [first, second] = ends.slice(1).map((point) => Number(point.split(",")[1]));
  assert.deepEqual([first, second], [34, 52]);
});
