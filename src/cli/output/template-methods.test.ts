import assert from "node:assert/strict";
import { test } from "node:test";
import { callMethods } from "./template-methods.ts";

for (const [source, expected] of [
  ['{{.Created.Format "2006"}}', '{{call .Created.Format "2006"}}'],
  ["{{ .Created.UTC.Format `Jan 2` | upper }}", "{{ call .Created.UTC.Format `Jan 2` | upper }}"],
  ["{{if .A.Before .B}}x{{end}}", "{{if call .A.Before .B}}x{{end}}"],
  ['{{printf "%s" ($.C.Format "x")}}', '{{printf "%s" (call $.C.Format "x")}}'],
  ['{{(index .L 0).At.Format "x"}}', '{{call (index .L 0).At.Format "x"}}'],
  ['{{call .Created.Format "2006"}}', '{{call .Created.Format "2006"}}'],
  ['{{.Label "a"}} {{.Labels}}', '{{index .Labels "a"}} {{.Labels}}'],
  ["{{.Format}} {{.Image.Label}}", "{{.Format}} {{.Image.Label}}"],
  ['x .Created.Format "2006"', 'x .Created.Format "2006"'],
  ['{{"see .Format 1"}}', '{{"see .Format 1"}}'],
] as const) {
  test(source, () => assert.equal(callMethods(source), expected));
}
