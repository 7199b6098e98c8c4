import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSecurityOptions } from "./security-option.ts";

for (const [texts, expected] of [
  [["no-new-privileges"], { noNewPrivileges: true }],
  [["no-new-privileges:false"], { noNewPrivileges: false }],
  [["seccomp=unconfined"], { seccomp: { kind: "unconfined" } }],
  [["seccomp=/p.json"], { seccomp: { kind: "file", path: "/p.json" } }],
  [["mask=/a:/b", "mask=/c"], { mask: ["/a", "/b", "/c"] }],
  [["unmask=ALL"], { unmask: ["ALL"] }],
  [["label=disable", "label:type:t"], { labelOptions: ["disable", "type:t"] }],
] as const) {
  test(`parseSecurityOptions(${JSON.stringify(texts)})`, () => {
    assert.partialDeepStrictEqual(parseSecurityOptions(texts), { ...expected, raw: [...texts] });
  });
}

for (const [text, message] of [
  ["bogus", 'invalid --security-opt 1: "bogus"'],
  ["foo=bar", 'invalid --security-opt 2: "foo=bar"'],
  ["mask", 'invalid --security-opt 1: "mask"'],
  ["no-new-privileges=x", 'invalid --security-opt 2: "no-new-privileges=x"'],
] as const) {
  test(`parseSecurityOptions(["${text}"]) fails`, () => {
    assert.throws(() => parseSecurityOptions([text]), { message });
  });
}
