import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseTemplate } from "../../cli/output/template.ts";
import type { GoType } from "./type.ts";
import { toGo } from "./type.ts";
import { goTime, withGoNames } from "./value.ts";

const TYPE: GoType = {
  struct: {
    ID: "string",
    Count: "number",
    On: "bool",
    List: { slice: "string" },
    Labels: { map: "string" },
    At: "time",
    Check: { pointer: { struct: { Test: { slice: "string" }, Interval: "duration", Retries: "number" } } },
    Embedded: { struct: { Name: "string" } },
  },
  names: { Former: "Check", All: "" },
};

function render(template: string, value: object): string {
  return parseTemplate(template, { name: "inspect" })(withGoNames(toGo(TYPE, value)));
}

describe("an empty field is its zero value", () => {
  for (const [template, expected] of [
    ["{{.ID}}|{{.Count}}|{{.On}}|{{.List}}|{{.Labels}}", "|0|false|[]|map[]"],
    ["{{.At}}", "0001-01-01 00:00:00 +0000 UTC"],
    ["{{.Check}} {{.Former}}", "<nil> <nil>"],
    ["{{.Embedded.Name}}{{.All.Embedded.Name}}", ""],
    ["{{json .List}} {{json .Labels}} {{json .Check}}", "null null null"],
    ["{{if .Check}}yes{{else}}no{{end}}{{if .List}}yes{{else}}no{{end}}", "nono"],
    ['{{.Labels.a}} {{index .Labels "a"}}.', "<no value> ."],
    ["{{range .List}}x{{end}}{{len .Labels}}", "0"],
    ["{{.At.IsZero}} {{.At.Year}}", "true 1"],
  ] as const) {
    test(template, () => assert.equal(render(template, {}), expected));
  }
});

describe("a field that is there", () => {
  const value = {
    Id: "1",
    List: ["a"],
    Labels: { b: "2", a: "1" },
    At: goTime("2026-11-30T10:44:00.5Z"),
    Check: { Test: ["CMD", "x"], Interval: 30e9 },
    More: 1,
  };
  for (const [template, expected] of [
    ["{{.ID}} {{.Id}} {{.List}} {{.Labels}} {{.Labels.a}}", "1 1 [a] map[a:1 b:2] 1"],
    ["{{.Check}} {{.Check.Interval}}", "{[CMD x] 30s 0} 30s"],
    ["{{json .Check}}", '{"Test":["CMD","x"],"Interval":30000000000}'],
    [
      '{{.At.Format "2006-01-02"}} {{.At.Month}} {{.At.Weekday}} {{.At.YearDay}}',
      "2026-11-30 November Monday 334",
    ],
    [
      "{{.At.Unix}} {{.At.UnixNano}} {{.At.UTC}}",
      "1796035440 1796035440500000000 2026-11-30 10:44:00.5 +0000 UTC",
    ],
    ["{{json .At}} {{.At.Before .At}} {{.At.Equal .At}}", '"2026-11-30T10:44:00.5Z" false true'],
    ["{{.At.AddDate 0 3 0}}", "2027-03-02 10:44:00.5 +0000 UTC"],
    ["{{.More}}", "1"],
  ] as const) {
    test(template, () => assert.equal(render(template, value), expected));
  }
});

test("a key with underscores is the field of that name", () => {
  const type: GoType = { struct: { Range: { pointer: { struct: { StartIP: "string" } } } } };
  const value = withGoNames(toGo(type, { range: { start_ip: "10.7.0.1" } }));
  const shown = parseTemplate("{{.Range.StartIP}} {{json .}}", { name: "inspect" })(value);
  assert.equal(shown, '10.7.0.1 {"range":{"start_ip":"10.7.0.1"}}');
});

test("a field that no type has is an error", () => {
  assert.throws(() => render("{{.Nothing}}", {}), /can't evaluate field Nothing/);
});
