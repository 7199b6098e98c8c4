import assert from "node:assert/strict";
import { test } from "node:test";
import { placeText } from "./document.ts";
import { parseDocuments } from "./parse-documents.ts";

const pod =
  "kind: Pod\napiVersion: v1\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    image: i\n";

test("several documents, empty ones for nothing", async () => {
  const documents = await parseDocuments(
    `---\n# nothing\n---\n${pod}---\n${pod.replace("name: p", "name: q")}---\n`,
    "f",
  );
  assert.deepEqual(
    documents.map(({ kind, name, apiVersion }) => [kind, name, apiVersion]),
    [
      ["Pod", "p", "v1"],
      ["Pod", "q", "v1"],
    ],
  );
});

test("the items of a List stand for themselves", async () => {
  const list =
    "kind: List\napiVersion: v1\nitems:\n- kind: ConfigMap\n  metadata: {name: a}\n- kind: Secret\n  metadata:\n    name: b\n";
  const documents = await parseDocuments(list, "f");
  assert.deepEqual(
    documents.map(({ kind, name }) => `${kind} ${name}`),
    ["ConfigMap a", "Secret b"],
  );
  assert.equal(
    documents[1] && placeText(documents[1], ["metadata", "name"]),
    'f:8: Secret "b": metadata.name',
  );
});

test("JSON is YAML", async () => {
  const [document] = await parseDocuments('{"kind": "Pod", "metadata": {"name": "j"}}', "f");
  assert.equal(document?.name, "j");
});

test("a field's line is that of its name, one that is not there has its parent's", async () => {
  const [document] = await parseDocuments(pod, "web.yaml");
  assert.ok(document);
  assert.equal(
    placeText(document, ["spec", "containers", 0, "image"]),
    'web.yaml:8: Pod "p": spec.containers[0].image',
  );
  assert.equal(document.lineOf(["spec", "containers", 0, "ports"]), 7);
  assert.equal(document.lineOf(["spec", "volumes"]), 5);
  assert.equal(document.lineOf([]), 1);
});

for (const [text, value] of [
  ["0644", 420],
  ["yes", true],
  ["off", false],
  ["1:30", "1:30"],
  ["2026-01-02", "2026-01-02"],
  ["0x1f", 31],
  [".", "."],
  [".5", 0.5],
  ["1.", 1],
  ['"0644"', "0644"],
  ["~", null],
] as const)
  test(`${text} is ${JSON.stringify(value)}, as for Kubernetes`, async () => {
    const [document] = await parseDocuments(`kind: X\nvalue: ${text}\n`, "f");
    assert.equal(document?.value.value, value);
  });

test("merge keys", async () => {
  const [document] = await parseDocuments("kind: X\na: &a {p: 1, q: 2}\nb:\n  <<: *a\n  q: 3\n", "f");
  assert.deepEqual(document?.value.b, { p: 1, q: 3 });
});

test("a member called __proto__ is one", async () => {
  const [document] = await parseDocuments("kind: X\ndata:\n  __proto__: {polluted: yes}\n", "f");
  assert.deepEqual(Object.keys(document?.value.data ?? {}), ["__proto__"]);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

const bomb = `kind: X\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${[1, 2, 3, 4, 5, 6].map((n) => `a${n}: &a${n} [${Array(10).fill(`*a${n - 1}`)}]`).join("\n")}\n`;

for (const [name, text, message] of [
  ["no YAML", "kind: [", /^f:\d+: /],
  ["two members of one name", "kind: X\nkind: Y\n", /^f:2: Map keys must be unique/],
  ["a text", "hello", /^f:1: unable to read YAML as Kube document: it is no map of fields$/],
  ["a list", "- a\n", /^f:1: unable to read YAML/],
  ["no kind", "metadata: {name: a}\n", /^f:1: the document has no "kind"$/],
  ["an alias of nothing", "kind: *nobody\n", /^f/],
  ["an alias bomb", bomb, /^f: Excessive alias count/],
  ["deep nesting", `kind: X\na: ${"[".repeat(200_000)}`, /^f(?::\d+)?: /],
] as const)
  test(`refused in one line: ${name}`, async () => {
    await assert.rejects(parseDocuments(text, "f"), (error: Error) => {
      assert.equal(error.name, "TspodError");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
