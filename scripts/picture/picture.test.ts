import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FlowchartError, parseFlowchart, picturesIn } from "./flowchart.ts";
import { layOut } from "./layout.ts";
import { renderSvg } from "./svg.ts";

const TEXT = `flowchart TB
  a["first<br>line <two>"]
  b["second"]
  c["third"]
  d["fourth"]
  a -->|calls| b
  b -.-> c
  a --> c
  d <-->|talks to| b
  a --> d`;

test("parseFlowchart(): nodes with lines, edges with labels", () => {
  const { nodes, edges } = parseFlowchart(TEXT);
  assert.deepEqual(nodes[0], { id: "a", lines: ["first", "line <two>"] });
  assert.deepEqual(edges.slice(0, 2), [
    { from: "a", to: "b", label: "calls", both: false, dashed: false },
    { from: "b", to: "c", label: "", both: false, dashed: true },
  ]);
  assert.equal(edges[3]?.both, true);
});

for (const [what, text, message] of [
  ["another kind", "graph LR", 'a picture begins with "flowchart TB", not "graph LR"'],
  ["what is neither", "flowchart TB\na ==> b", 'neither a node nor an edge: "a ==> b"'],
  ["a node that is missing", 'flowchart TB\na["x"]\na --> b', 'no node "b" is described'],
] as const)
  test(`parseFlowchart(): refuses ${what}`, () =>
    assert.throws(() => parseFlowchart(text), new FlowchartError(message)));

test("picturesIn(): those that have a name, by it", () => {
  const markdown = `x\n<!-- picture: one -->\n\`\`\`mermaid\n${TEXT}\n\`\`\`\n\`\`\`mermaid\nother\n\`\`\`\n`;
  assert.deepEqual([...picturesIn(markdown).keys()], ["one"]);
});

describe("layOut()", () => {
  const { nodes, edges, width, height } = layOut(parseFlowchart(TEXT));
  const place = (id: string) => nodes.find((node) => node.id === id) ?? assert.fail(id);

  test("each node is below what points to it; talking to each other keeps a row", () => {
    assert.ok(place("a").y < place("b").y && place("b").y < place("c").y);
    assert.equal(place("b").y, place("d").y);
  });

  test("no two boxes touch, and all are in the picture", () => {
    for (const a of nodes) {
      assert.ok(a.x - a.width / 2 > 0 && a.x + a.width / 2 < width);
      assert.ok(a.y - a.height / 2 > 0 && a.y + a.height / 2 < height);
      for (const b of nodes)
        if (a !== b)
          assert.ok(
            Math.abs(a.x - b.x) > (a.width + b.width) / 2 || Math.abs(a.y - b.y) > (a.height + b.height) / 2,
          );
    }
  });

  test("an edge over more than one row goes past the boxes between", () => {
    const points = edges.find(({ from, to }) => from === "a" && to === "c")?.points ?? [];
    assert.equal(points.length, 4);
    for (const { x } of points.slice(1, 3))
      for (const node of [place("b"), place("d")]) assert.ok(Math.abs(x - node.x) > node.width / 2);
  });

  test("refuses a circle", () =>
    assert.throws(
      () => layOut(parseFlowchart('flowchart TB\na["x"]\nb["y"]\na --> b\nb --> a')),
      new FlowchartError("a circle: a → b → a"),
    ));
});

test("renderSvg(): the same each time, escaped", () => {
  const draw = (): string => renderSvg(layOut(parseFlowchart(TEXT)), 'a "title"');
  assert.equal(draw(), draw());
  assert.match(draw(), /^<svg xmlns=[^>]*aria-label="a &quot;title&quot;">/);
  assert.match(draw(), />line &lt;two&gt;<\/text>/);
  assert.equal(draw().match(/<rect /g)?.length, 4);
});
