import assert from "node:assert/strict";
import { test } from "node:test";
import { TspodError } from "../../errors.ts";
import { goMap } from "../../podman/go/value.ts";
import { headingOf, printReport } from "./report.ts";

const ROWS = [
  {
    ID: "8119",
    Names: "web",
    ExitCode: 1,
    Labels: goMap({ k: "v", a: "1" }),
    Mounts: ["/host", "/data"],
    CreatedAt: "x",
  },
  { ID: "d057", Names: "c2", ExitCode: 0, Labels: goMap({ x: "y" }), Mounts: [], CreatedAt: "y" },
];

async function printed(format: string | undefined, heading = true, rows = ROWS): Promise<string> {
  let text = "";
  const sink = {
    env: { NO_COLOR: "1" },
    given: new Set<string>(),
    print: (line: string) => {
      text += `${line}\n`;
    },
    write: (bytes: Uint8Array | string) => {
      text += String(bytes);
    },
  };
  await printReport(sink, rows, {
    name: "ps",
    format,
    heading,
    headings: { ID: "CONTAINER ID" },
    columns: [
      ["CONTAINER ID", (row) => row.ID],
      ["NAMES", (row) => row.Names],
    ],
  });
  return text;
}

// What podman 4.3.1 prints for the same templates.
for (const [format, expected] of [
  [undefined, "CONTAINER ID  NAMES\n8119          web\nd057          c2\n"],
  ["table", "CONTAINER ID  NAMES\n8119          web\nd057          c2\n"],
  ["table {{.ID}}", "CONTAINER ID\n8119\nd057\n"],
  ["table {{.ID}} {{.Names}}", "CONTAINER ID  NAMES\n8119          web\nd057          c2\n"],
  ["table {{.ID}}\\t{{.CreatedAt}}", "CONTAINER ID  CREATED AT\n8119          x\nd057          y\n"],
  ["{{.ID}}\\t{{.Names}}", "8119\tweb\nd057\tc2\n"],
  ["{{.Names}}\n", "web\nc2\n"],
  ['{{"\\n"}}', "\n\n\n\n"],
  ["{{.Labels}} {{.Mounts}}", "map[a:1 k:v] [/host /data]\nmap[x:y] []\n"],
  ['{{.Label "k"}}|{{.Labels.k}}|{{index .Labels "k"}}', "v|v|v\n|<no value>|\n"],
  ["{{json .Labels}}", '{"a":"1","k":"v"}\n{"x":"y"}\n'],
  ['{{join .Mounts ","}} {{upper .Names}} {{truncate .ID 2}}', "/host,/data WEB 81\n C2 d0\n"],
  ['{{printf "%-5s|%3d|%q" .Names .ExitCode .ID}}', 'web  |  1|"8119"\nc2   |  0|"d057"\n'],
  ["{{range .}}{{.ID}} {{end}}", "8119 d057 \n"],
  ["{{if eq .ExitCode 1}}bad{{else}}good{{end}}", "bad\ngood\n"],
  ["{{len .Labels}}", "2\n1\n"],
] as const) {
  test(`printReport(): ${format}`, async () => assert.equal(await printed(format), expected));
}

test("printReport(): without headings", async () => {
  assert.equal(await printed("table {{.ID}} {{.Names}}", false), "8119        web\nd057        c2\n");
});

test("printReport(): without rows, a table of a template has its headings", async () => {
  assert.equal(await printed("table {{.ID}}\\t{{.CreatedAt}}", true, []), "CONTAINER ID  CREATED AT\n");
});

for (const [format, message] of [
  ["{{.Foo}}", 'template: ps:1:13: executing "ps" at <.Foo>: can\'t evaluate field Foo'],
  ["{{.ID.x}}", 'template: ps:1:16: executing "ps" at <.ID.x>: can\'t evaluate field x'],
  ["{{foo .ID}}", 'template: ps:1: function "foo" not defined'],
  ["{{range .}}{{.ID}}", "template: ps:1: unexpected EOF"],
  ["{{lower}}", "wrong number of args for lower: want 1 got 0"],
] as const) {
  test(`printReport() refuses ${format}`, async () => {
    await assert.rejects(
      printed(format),
      (error) => error instanceof TspodError && error.message === message,
    );
  });
}

for (const [field, heading] of [
  ["ID", "ID"],
  ["CreatedAt", "CREATED AT"],
  ["PIDNS", "PIDNS"],
  ["CIDFile", "CID FILE"],
] as const) {
  test(`headingOf(): ${field}`, () => assert.equal(headingOf(field), heading));
}
