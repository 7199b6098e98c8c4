import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocuments } from "../read/parse-documents.ts";
import { KINDS } from "./kinds.ts";
import { withTexts } from "./with-texts.ts";

const pod = KINDS.Pod ?? assert.fail();

/** What a container's fields are once texts are texts. */
async function containerOf(fields: string): Promise<unknown> {
  const source = `{kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i, ${fields}}]}}`;
  const [document] = await parseDocuments(source, "f");
  const { spec } = withTexts(document?.value, pod) as { spec: { containers: object[] } };
  const { name: _, image: __, ...rest } = { name: "", image: "", ...spec.containers[0] };
  return rest;
}

for (const [fields, expected] of [
  [
    "command: [true], args: [1, 1.50, 0x10, a, null]",
    { command: ["true"], args: ["1", "1.5", "16", "a", ""] },
  ],
  ["env: [{name: A, value: false}]", { env: [{ name: "A", value: "false" }] }],
  ["tty: true, ports: [{containerPort: 80}]", { tty: true, ports: [{ containerPort: 80 }] }],
  ["unknown: {a: 1}", { unknown: { a: 1 } }],
  ["args: {a: 1}", { args: { a: 1 } }],
] as const)
  test(fields, async () => assert.deepEqual(await containerOf(fields), expected));

test("labels, of any name", async () => {
  const [document] = await parseDocuments(
    "{kind: Pod, metadata: {name: p, labels: {__proto__: 1, b: 2}}}",
    "f",
  );
  const { metadata } = withTexts(document?.value, pod) as { metadata: { labels: object } };
  assert.deepEqual(Object.entries(metadata.labels), [
    ["__proto__", "1"],
    ["b", "2"],
  ]);
});
