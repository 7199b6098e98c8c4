import assert from "node:assert/strict";
import { test } from "node:test";
import { splitQuadlets } from "./several.ts";

test("a .quadlets file is taken apart at its dashes", () => {
  const text = "# FileName=web\n[Container]\nImage=a\n---\n# FileName=data\n[Volume]\nLabel=a=b\n";
  assert.deepEqual(splitQuadlets(text, "/all.quadlets"), [
    { name: "web.container", text: "# FileName=web\n[Container]\nImage=a\n" },
    { name: "data.volume", text: "# FileName=data\n[Volume]\nLabel=a=b\n" },
  ]);
});

for (const [text, message] of [
  ["", "no valid quadlet sections found in file /f"],
  ["[Container]", '/f, part 1: missing or invalid "# FileName=<name>"'],
  ["# FileName=../up\n[Container]", '/f, part 1: missing or invalid "# FileName=<name>"'],
  [
    "# FileName=a\n[Service]",
    "/f, part 1: no section [Image], [Artifact], [Volume], [Network], [Build], [Pod], [Container], [Kube]",
  ],
] as const) {
  test(`splitQuadlets() refuses ${JSON.stringify(text)}`, () =>
    assert.throws(() => splitQuadlets(text, "/f"), { message }));
}
